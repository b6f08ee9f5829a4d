// Session tasks on a generated app: who has one is not signed in yet, is led to it, and back to where they wanted.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { launch, profile } from './browser.mjs';
import { PASSWORD, clerk, signIn, signOut, signUp, submit, totp } from './person.mjs';
import { SECRET, startDev, turn } from './start.mjs';

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

const shot = (page, name) => page.screenshot({ path: `${SHOTS}/tasks-${name}.png` });
const task = (page, name) => page.waitForURL((url) => url.hash.startsWith(`#/tasks/${name}`), { waitUntil: 'commit' });
// Asked again after each navigation: Clerk's library and the page may both lead on, and the first is broken off.
const at = (page, path) =>
  page.waitForFunction((path) => location.pathname + location.search === path && document.readyState === 'complete', path);

const mustChoose = (is) => turn(app, { organization_settings: { force_selection: is } });

async function server(path) {
  const headers = { Authorization: `Bearer ${SECRET}`, 'Content-Type': 'application/json' };
  const answer = await fetch(`${app.server}${path}`, { method: 'POST', headers, body: '{"revoke_all_sessions":false}' });
  assert.ok(answer.ok, await answer.text());
}

/** Counts the documents that a page loads. */
function documents(page) {
  const seen = [];
  page.on('response', (answer) => {
    if (answer.request().isNavigationRequest()) seen.push(`${answer.status()} ${new URL(answer.url()).pathname}`);
  });
  return seen;
}

test('who has to choose an organization counts as signed out, and is led there and back', async () => {
  await mustChoose(true);
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await page.goto(`${app.url}/dashboard`);
  await page.click('.cl-footerActionLink');
  await page.fill('input[name=emailAddress]', 'ada+clerk_test@example.com');
  await page.fill('input[name=password]', PASSWORD);
  await submit(page);
  await page.locator('input[autocomplete="one-time-code"]').first().pressSequentially('424242');
  await task(page, 'choose-organization');
  await page.waitForSelector('input[name=name]');
  await shot(page, 'choose-organization');
  assert.equal(await page.locator('.header .user-button').isVisible(), false, 'the header takes nobody for signed in');

  const status = await clerk(page, async () => {
    const token = await window.Clerk.session.getToken();
    const answer = await fetch('/api/me', { headers: { Authorization: `Bearer ${token}` } });
    return [answer.status, window.Clerk.session.status];
  });
  assert.deepEqual(status, [401, 'pending']);

  // Public pages open, and say what the server says.
  await page.goto(`${app.url}/`);
  await page.waitForFunction(() => window.Clerk?.session);
  await page.locator('text=Nobody is signed in').waitFor();
  const known = await page.evaluate(async () => {
    const { useAuth, useUser } = await import('/assets/clerk.js');
    return [useAuth().userId, useUser().isSignedIn];
  });
  assert.deepEqual(known, [null, false]);

  // From every other page, and from the sign-in and sign-up pages themselves, it is the task; nobody goes in circles.
  const seen = documents(page);
  for (const path of ['/user', '/sign-in', '/sign-up', '/sign-in/tasks']) {
    await page.goto(`${app.url}${path}`);
    await task(page, 'choose-organization');
    await page.waitForSelector('input[name=name]');
  }
  const signIn = ['200 /sign-in', '200 /sign-up', '200 /sign-in/tasks'];
  assert.deepEqual(seen, ['307 /user', '200 /sign-in/tasks', ...signIn]);

  await page.goto(`${app.url}/dashboard?tab=2`);
  await page.fill('input[name=name]', 'Acme');
  await page.press('input[name=name]', 'Enter');
  await at(page, '/dashboard?tab=2');
  await page.locator('main td', { hasText: '"slg":"acme"' }).waitFor();
  await page.locator('.cl-organizationSwitcherTrigger', { hasText: 'Acme' }).waitFor();
  await page.goto(`${app.url}/sign-in`);
  await at(page, '/');

  // Without the organization there is the task again.
  await page.goto(`${app.url}/dashboard`);
  await page.waitForFunction(() => window.Clerk?.organization);
  await clerk(page, () => void window.Clerk.organization.destroy());
  await task(page, 'choose-organization');
  assert.match(page.url(), /redirect_url=.*dashboard/);
  await page.click('text=Sign out');
  await page.waitForFunction(() => window.Clerk?.loaded && !window.Clerk.session);
  await mustChoose(false);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('who has to choose another password does so in the middle of the work', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await signUp(page, app, 'bob+clerk_test@example.com');
  await page.goto(`${app.url}/dashboard`);
  await page.waitForFunction(() => window.Clerk?.session);
  const user = await clerk(page, () => window.Clerk.user.id);
  await server(`/v1/users/${user}/password/set_compromised`);
  await clerk(page, () => window.Clerk.session.reload());
  await task(page, 'reset-password');
  await page.fill('input[name=newPassword]', 'another horse battery');
  await page.fill('input[name=confirmPassword]', 'another horse battery');
  await shot(page, 'reset-password');
  await submit(page);
  await at(page, '/dashboard');
  await page.waitForSelector('main#dashboard');
  await signOut(page);
  await page.goto(`${app.url}/user`);
  await signIn(page, 'bob+clerk_test@example.com', 'another horse battery');
  await at(page, '/user');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('two tasks are done one after the other: a second factor behind an organization', async () => {
  await turn(app, { second_factor_required: true });
  await mustChoose(true);
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  let secret;
  page.on('response', async (answer) => {
    if (/\/v1\/me\/totp$/.test(new URL(answer.url()).pathname)) secret = (await answer.json()).response.secret;
  });
  await page.goto(`${app.url}/sign-up?redirect_url=/user`);
  await page.fill('input[name=emailAddress]', 'eve+clerk_test@example.com');
  await page.fill('input[name=password]', PASSWORD);
  await submit(page);
  await page.locator('input[autocomplete="one-time-code"]').first().pressSequentially('424242');
  await task(page, 'choose-organization');
  await page.fill('input[name=name]', 'Umbrella');
  await page.press('input[name=name]', 'Enter');
  await task(page, 'setup-mfa');
  await shot(page, 'setup-mfa');
  await page.click('button:has-text("Continue"), .cl-formButtonPrimary');
  const field = page.locator('input[autocomplete="one-time-code"]').first();
  await field.waitFor();
  await field.pressSequentially(totp(secret));
  await page.click('button:has-text("Continue"), button:has-text("Finish")');
  await at(page, '/user');
  await page.waitForSelector('main#user');
  await turn(app, { second_factor_required: false });
  await mustChoose(false);
  assert.deepEqual(troubles, []);
  await context.close();
});
