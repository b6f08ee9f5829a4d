// A call that wants a fresh proof of who it is: Clerk's dialog asks, and the call is sent once more. The route is the one
// that `run` adds to the project, with the rule that its README shows.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { launch, profile } from './browser.mjs';
import { PASSWORD, clerk, signUp } from './person.mjs';
import { startDev } from './start.mjs';

const SHOTS = process.env.SHOTS ?? 'screenshots';
mkdirSync(SHOTS, { recursive: true });

let browser, app;
before(async () => {
  app = await startDev();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await app?.stop();
});

const move = (change) => fetch(`${app.desk}/__emulator/clock`, { method: 'POST', body: new URLSearchParams({ move: change }) });

/** Calls as a script of the project does; the answer is in `window.answers`. */
const call = (page) => page.evaluate(async () => {
  const { fetchWithToken } = await import('/assets/clerk.js');
  window.answers = [];
  for (const _ of [1, 2])
    fetchWithToken('/api/lately', { method: 'POST', body: 'all of it' })
      .then(async (answer) => window.answers.push([answer.status, await answer.text()]));
});
const answers = (page) => page.waitForFunction(() => window.answers.length === 2).then(() => page.evaluate(() => window.answers));

test('a fresh sign-in is enough, an old one is proven anew, and who closes the dialog is refused', async () => {
  const { context, troubles } = await profile(browser);
  // In a browser that is driven Clerk's library treats errors otherwise.
  await context.addInitScript(() => Object.defineProperty(navigator, 'webdriver', { get: () => false }));
  const page = await context.newPage();
  await signUp(page, app, 'ada+clerk_test@example.com');
  await page.goto(`${app.url}/dashboard`);
  await page.waitForFunction(() => window.Clerk?.session);
  const done = [200, 'done: all of it'];
  await call(page);
  assert.deepEqual(await answers(page), [done, done]);

  await move('+11m');
  await clerk(page, () => window.Clerk.session.getToken({ skipCache: true }));
  await call(page);
  const dialog = page.locator('.cl-userVerification-root, .cl-modalContent');
  await dialog.locator('input[name=password]').waitFor();
  assert.equal(await dialog.locator('input[name=password]').count(), 1, 'two calls, one dialog');
  await page.screenshot({ path: `${SHOTS}/reverification.png` });
  await page.keyboard.press('Escape');
  const wanted = { type: 'forbidden', reason: 'reverification-error', metadata: { reverification: 'strict' } };
  for (const [status, body] of await answers(page)) {
    assert.equal(status, 403);
    assert.deepEqual(JSON.parse(body), { clerk_error: wanted });
  }

  await call(page);
  await dialog.locator('input[name=password]').fill('wrong horse');
  await page.keyboard.press('Enter');
  await dialog.locator('.cl-formFieldErrorText').waitFor();
  await dialog.locator('input[name=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  assert.deepEqual(await answers(page), [done, done]);
  await call(page);
  assert.deepEqual(await answers(page), [done, done], 'nobody is asked twice');
  await move('reset');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a page that is opened asks in its stead, again by its button, and opens', async () => {
  const { context, troubles } = await profile(browser);
  await context.addInitScript(() => Object.defineProperty(navigator, 'webdriver', { get: () => false }));
  const page = await context.newPage();
  await signUp(page, app, 'page+clerk_test@example.com');
  await move('+11m');
  const opened = await page.goto(`${app.url}/safe`);
  assert.equal(opened.status(), 403);
  assert.match(opened.headers()['content-type'], /^text\/html/);
  const password = page.locator('.cl-modalContent input[name=password]');
  await password.waitFor();
  await page.screenshot({ path: `${SHOTS}/reverification-page.png` });
  await page.keyboard.press('Escape');
  await password.waitFor({ state: 'detached' });
  await page.screenshot({ path: `${SHOTS}/reverification-page-closed.png` });
  await page.click('button[data-clerk-proof]');
  await password.fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.locator('body', { hasText: 'the safe is open' }).waitFor();
  await move('reset');
  const real = troubles.filter((one) => !one.includes('403'));
  assert.deepEqual(real, []);
  await context.close();
});

for (const version of ['htmx.org', 'htmx4']) test(`${version} asks as a script does`, async () => {
  const { context, troubles } = await profile(browser);
  await context.addInitScript(() => Object.defineProperty(navigator, 'webdriver', { get: () => false }));
  const page = await context.newPage();
  await signUp(page, app, `${version}+clerk_test@example.com`);
  const htmx = readFileSync(new URL(`node_modules/${version}/dist/htmx.min.js`, import.meta.url), 'utf8');
  await page.route('**/assets/htmx.js', (route) => route.fulfill({ contentType: 'text/javascript', body: htmx }));
  await page.route(`${app.url}/dashboard`, async (route) => {
    const response = await route.fetch();
    const button = '<script src="/assets/htmx.js"></script><button id="ask" hx-post="/api/lately" hx-target="#out" hx-confirm="Really?">Ask</button><p id="out"></p>';
    await route.fulfill({ response, body: (await response.text()).replace('</main>', `${button}</main>`) });
  });
  await page.goto(`${app.url}/dashboard`);
  await page.waitForFunction(() => window.Clerk?.session);
  const questions = [];
  page.on('dialog', (dialog) => questions.push(dialog.message()) && dialog.accept());
  await page.click('#ask');
  await page.locator('#out', { hasText: 'done:' }).waitFor();
  assert.deepEqual(questions, ['Really?'], 'what a page asks before a request is asked');

  await move('+11m');
  await clerk(page, () => {
    document.getElementById('out').textContent = '';
    document.addEventListener('htmx:responseError', ({ detail }) => (window.refused = detail.xhr.status));
    document.addEventListener('htmx:response:error', ({ detail }) => (window.refused = detail.ctx.response.status));
    return window.Clerk.session.getToken({ skipCache: true });
  });
  await page.click('#ask');
  const password = page.locator('.cl-modalContent input[name=password]');
  await password.waitFor();
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => window.refused === 403);
  await page.click('#ask');
  await password.fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.locator('#out', { hasText: 'done:' }).waitFor();
  await move('reset');
  assert.deepEqual(troubles, []);
  await context.close();
});
