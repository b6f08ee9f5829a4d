// What a visitor sees while Clerk's components load, and that nothing moves when they have.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, profile } from './browser.mjs';
import { signUp } from './person.mjs';
import { startDev } from './start.mjs';

let app;
let browser;
before(async () => {
  app = await startDev();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await app?.stop();
});

const measure = (page) => page.evaluate(() => {
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  return {
    header: box('.header').height,
    footer: box('.footer').top,
    brand: box('.brand').width,
    juts: document.documentElement.scrollWidth > window.innerWidth,
    busy: document.querySelector('.component')?.ariaBusy,
    outline: document.querySelector('.waiting')?.offsetHeight > 0,
  };
});

for (const width of [320, 360, 390, 768, 1280]) {
  test(`at ${width} pixels nothing moves when the form arrives or somebody signs in`, async () => {
    const { context, troubles } = await profile(browser, { viewport: { width, height: 800 } });
    const page = await context.newPage();
    let deliver;
    const held = new Promise((resolve) => { deliver = resolve; });
    await context.route(/\/npm\/@clerk\//, async (route) => { await held; await route.continue(); });
    await page.goto(`${app.url}/sign-in`, { waitUntil: 'commit' });
    await page.waitForSelector('.footer');
    await page.waitForFunction(() => document.styleSheets.length > 0);
    const waiting = await measure(page);
    assert.deepEqual([waiting.busy, waiting.outline, waiting.juts], ['true', true, false]);
    deliver();
    await page.waitForSelector('input[name=identifier]');
    const there = await measure(page);
    assert.deepEqual(there, { ...waiting, busy: 'false', outline: false });

    await signUp(page, app, `look${width}+clerk_test@example.com`);
    for (const path of ['/', '/dashboard', '/user']) {
      await page.goto(app.url + path);
      await page.waitForSelector('.cl-userButtonTrigger');
      await page.waitForSelector('.cl-organizationSwitcherTrigger');
      if (path === '/user') await page.waitForSelector('.cl-profileSection__profile');
      const { header, juts, brand } = await measure(page);
      assert.deepEqual([header, juts], [there.header, false], path);
      assert.ok(brand > 30, `the name has ${brand} pixels on ${path}`);
    }
    assert.equal(await page.locator('nav [aria-current=page]').count(), 0);
    await page.goto(`${app.url}/dashboard`);
    assert.equal(await page.locator('nav [aria-current=page]').textContent(), 'Dashboard');
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test('the form has the colours of the page, and its fields one ring of focus', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const { context, troubles } = await profile(browser, { colorScheme });
    const page = await context.newPage();
    await page.goto(`${app.url}/sign-in`);
    await page.waitForSelector('button.cl-formButtonPrimary');
    // The colour fades in.
    await page.waitForFunction(() => {
      const [ours, theirs] = ['header .button', 'button.cl-formButtonPrimary']
        .map((selector) => getComputedStyle(document.querySelector(selector)).backgroundColor);
      return ours === theirs;
    });
    await page.focus('input[name=identifier]');
    // Theirs is a shadow, with an outline that only shows where a system takes shadows away.
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineColor);
    assert.equal(outline, 'rgba(0, 0, 0, 0)');
    assert.deepEqual(troubles, []);
    await context.close();
  }
});

test('without scripts a sentence says what is needed, and no outline waits', async () => {
  const { context } = await profile(browser, { javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${app.url}/sign-in`);
  await page.locator('noscript p', { hasText: 'needs JavaScript' }).waitFor();
  assert.equal(await page.locator('.waiting').isVisible(), false);
  await context.close();
});
