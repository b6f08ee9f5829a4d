// Accounts with providers, a second factor that everybody has, and several sessions in one browser, on the generated app.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { launch, profile } from './browser.mjs';
import { clerk, leaving, signIn, signOut, signUp, totp } from './person.mjs';
import { startDev, turn } from './start.mjs';

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

const shot = (page, name) => page.screenshot({ path: `${SHOTS}/social-${name}.png` });

/** A profile in which the one picture that Clerk's component fetches from its own host is no trouble. */
async function visitor() {
  const { context, troubles } = await profile(browser);
  const real = () => troubles.filter((one) => !one.startsWith('left this machine: https://img.clerk.com/static/'));
  return { context, real, page: await context.newPage() };
}

/** On the provider's page. */
async function isSomebody(page, address) {
  await page.waitForURL(/__emulator\/provider/);
  await page.fill('input[type=email]', address);
  await page.fill('label input[name=first_name]', 'Grace');
  await page.click('button[value=allow]:has-text("Continue")');
}

const signedIn = (page, address) => page.waitForFunction(
  (address) => window.Clerk?.user?.primaryEmailAddress?.emailAddress === address, address);

test('a stranger signs in by a provider, says no first, and is known the second time', async () => {
  await turn(app, { social: ['google'] });
  const { context, real, page } = await visitor();
  await page.goto(`${app.url}/sign-in`);
  await page.click('.cl-socialButtonsBlockButton__google');
  await page.waitForURL(/__emulator\/provider/);
  await shot(page, 'provider');
  await page.click('button[value=deny]');
  await page.waitForSelector('text=You did not grant access');
  await shot(page, 'denied');
  await page.click('.cl-socialButtonsBlockButton__google');
  await isSomebody(page, 'grace@example.com');
  await page.waitForURL((url) => !/sign-in|provider|callback/.test(url.pathname));
  await signedIn(page, 'grace@example.com');
  // The app's own server knows them.
  await page.goto(`${app.url}/dashboard`);
  await signedIn(page, 'grace@example.com');
  assert.equal(await clerk(page, () => window.Clerk.user.firstName), 'Grace');
  await signOut(page);
  await page.goto(`${app.url}/sign-up`);
  await page.click('.cl-socialButtonsBlockButton__google');
  await page.waitForURL(/__emulator\/provider/);
  await page.click('button:has-text("grace@example.com")');
  await signedIn(page, 'grace@example.com');
  assert.deepEqual(real(), []);
  await context.close();
});

test('an account is connected in the profile and disconnected', async () => {
  await turn(app, { social: ['google'] });
  const { context, real, page } = await visitor();
  await signUp(page, app, 'ada+clerk_test@example.com');
  await page.goto(`${app.url}/dashboard`);
  await page.click('.cl-userButtonTrigger');
  await page.click('.cl-userButtonPopoverActionButton__manageAccount');
  await page.click('text=Connect account');
  await page.click('.cl-profileSectionPrimaryButton__connectedAccounts, [role=menuitem]:has-text("Google")');
  await isSomebody(page, 'ada.other@example.com');
  await page.waitForFunction(() => window.Clerk?.user?.externalAccounts.length === 1);
  const { status, address } = await clerk(page, () => {
    const [account] = window.Clerk.user.externalAccounts;
    return { status: account.verification.status, address: account.emailAddress };
  });
  assert.deepEqual([status, address], ['verified', 'ada.other@example.com']);
  await clerk(page, () => window.Clerk.openUserProfile());
  await page.waitForSelector('.cl-profileSectionContent__connectedAccounts');
  await shot(page, 'connected');
  await clerk(page, () => window.Clerk.user.externalAccounts[0].destroy());
  await page.waitForFunction(() => window.Clerk.user.externalAccounts.length === 0);
  assert.deepEqual(real(), []);
  await context.close();
});

test('where everybody has a second factor, a new user sets one up', async () => {
  await turn(app, { second_factor_required: true });
  const { context, real, page } = await visitor();
  const made = page.waitForResponse((answer) => answer.url().includes('/v1/me/totp?'));
  await page.goto(`${app.url}/sign-up`);
  await page.fill('input[name=emailAddress]', 'bob+clerk_test@example.com');
  await page.fill('input[name=password]', 'correct horse battery');
  await page.press('button.cl-formButtonPrimary', 'Enter');
  await page.locator('input[autocomplete="one-time-code"]').first().pressSequentially('424242');
  const { response } = await (await made).json();
  await page.waitForSelector('text=/authenticator/i');
  await shot(page, 'setup-mfa');
  const field = page.locator('input[autocomplete="one-time-code"]').first();
  if (!await field.isVisible()) await page.click('button:has-text("Continue")');
  await field.pressSequentially(totp(response.secret));
  await page.click('button:has-text("Continue"), button:has-text("Finish")');
  await page.waitForFunction(() => window.Clerk?.session?.status === 'active');
  assert.deepEqual(real(), []);
  await context.close();
  await turn(app, { second_factor_required: null });
});

test('two people share a browser: one is added, they switch, one signs out', async () => {
  await turn(app, { single_session_mode: false, social: null });
  const { context, real, page } = await visitor();
  await signUp(page, app, 'eve+clerk_test@example.com');
  // The app leads whoever is signed in away from its own page.
  await clerk(page, () => window.Clerk.openSignIn());
  await signIn(page, 'ada+clerk_test@example.com');
  await signedIn(page, 'ada+clerk_test@example.com');
  await page.waitForFunction(() => window.Clerk.client.sessions.length === 2);
  await page.goto(`${app.url}/dashboard`);
  await page.click('.cl-userButtonTrigger');
  await page.waitForSelector('.cl-userButtonPopoverCard');
  await shot(page, 'two-sessions');
  await page.click('.cl-userButtonPopoverCard button:has-text("eve+clerk_test")');
  await signedIn(page, 'eve+clerk_test@example.com');
  // The app's server goes by the same session.
  await page.goto(`${app.url}/dashboard`);
  await signedIn(page, 'eve+clerk_test@example.com');
  await leaving(page, () => void window.Clerk.signOut({ sessionId: window.Clerk.session.id }));
  await page.goto(`${app.url}/dashboard`);
  await signedIn(page, 'ada+clerk_test@example.com');
  assert.equal(await clerk(page, () => window.Clerk.client.sessions.length), 1);
  assert.deepEqual(real(), []);
  await context.close();
});
