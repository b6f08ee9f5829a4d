// What a project says to Clerk's components: where they lead, by variables, and their words.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, profile } from './browser.mjs';
import { signIn, signOut, signUp } from './person.mjs';
import { startDev, turn } from './start.mjs';

const ADA = 'ada+clerk_test@example.com';

let browser, app;
before(async () => {
  app = await startDev({
    variables: {
      CLERK_SIGN_IN_FORCE_REDIRECT_URL: '/dashboard?from=sign-in',
      CLERK_SIGN_UP_FALLBACK_REDIRECT_URL: '/user?from=sign-up',
      CLERK_AFTER_SIGN_OUT_URL: '/?bye=1',
      CLERK_WAITLIST_URL: '/?wait',
    },
  });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await app?.stop();
});

const at = (page, place) => page.waitForURL(`${app.url}${place}`, { waitUntil: 'commit' });

test('variables say where people land, also those who have a task first', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await signUp(page, app, ADA);
  await at(page, '/user?from=sign-up');
  await signOut(page);
  await at(page, '/?bye=1');
  await page.goto(`${app.url}/user`);
  await signIn(page, ADA);
  await at(page, '/dashboard?from=sign-in');
  // The server sends on whoever is signed in as the component does.
  await page.goto(`${app.url}/sign-in?redirect_url=/user`);
  await at(page, '/dashboard?from=sign-in');
  await page.goto(`${app.url}/sign-up?redirect_url=/user`);
  await at(page, '/user');
  await page.waitForFunction(() => window.Clerk?.session);
  await signOut(page);
  await at(page, '/?bye=1');

  await turn(app, { organization_settings: { force_selection: true } });
  await page.goto(`${app.url}/user`);
  await signIn(page, ADA);
  await page.fill('input[name=name]', 'Acme');
  await page.press('input[name=name]', 'Enter');
  await at(page, '/dashboard?from=sign-in');
  await page.waitForSelector('main#dashboard');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('strangers find the waitlist where the variable says', async () => {
  await turn(app, { sign_up_mode: 'waitlist' });
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await page.goto(`${app.url}/sign-up`);
  await page.click('text=Join waitlist');
  await page.waitForURL((url) => url.pathname === '/' && url.search === '?wait');
  await turn(app, { sign_up_mode: 'public' });
  assert.deepEqual(troubles, []);
  await context.close();
});

test('words of the project take the place of those of the component', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await page.route('**/assets/clerk.js', async (route) => {
    const response = await route.fetch();
    const words = "{ signIn: { start: { title: 'Welcome to the orchard' } } }";
    await route.fulfill({ response, body: (await response.text()).replace('localization = {}', `localization = ${words}`) });
  });
  await page.goto(`${app.url}/sign-in`);
  await page.locator('h1', { hasText: 'Welcome to the orchard' }).waitFor();
  await page.locator('button', { hasText: 'Continue' }).first().waitFor();
  assert.deepEqual(troubles, []);
  await context.close();
});
