// Passkeys on the generated app: a device of Chromium's own makes one in Clerk's profile, and signs in with it.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { launch, profile } from './browser.mjs';
import { clerk, signOut, signUp } from './person.mjs';
import { startDev } from './start.mjs';

const SHOTS = process.env.SHOTS ?? 'screenshots';
mkdirSync(SHOTS, { recursive: true });
const ADA = 'ada+clerk_test@example.com';

let browser, app;
before(async () => {
  app = await startDev();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await app?.stop();
});

/** A device that keeps passkeys and knows its owner; `touch` says whether somebody is there. */
async function device(context, page) {
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true,
      isUserVerified: true, automaticPresenceSimulation: true,
    },
  });
  return {
    touch: (enabled) => session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
    kept: async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
  };
}

test('a passkey is added in the profile, and signs in', async () => {
  const answer = await fetch(`${app.desk}/__emulator/settings`, {
    method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ passkey: true }),
  });
  assert.equal(answer.status, 200, await answer.text());
  const { context, troubles } = await profile(browser);
  // Clerk's library takes a driven browser for one that has no passkeys.
  await context.addInitScript(() => Object.defineProperty(navigator, 'webdriver', { get: () => false }));
  const page = await context.newPage();
  const { touch, kept } = await device(context, page);
  await signUp(page, app, ADA);
  await page.goto(`${app.url}/dashboard`);
  await page.waitForFunction(() => window.Clerk?.user);
  await clerk(page, () => window.Clerk.openUserProfile());
  await page.click('.cl-navbarButton__security, button:has-text("Security")');
  await page.click('button:has-text("Add a passkey")');
  await page.waitForFunction(() => window.Clerk.user.passkeys.length === 1);
  await page.locator('.cl-profileSectionItem__passkeys').first().waitFor();
  await page.screenshot({ path: `${SHOTS}/passkeys-profile.png` });
  const [{ rpId, signCount }] = await kept();
  assert.equal(rpId, 'localhost');

  await signOut(page);
  // Else the offer in the field is taken before anybody sees it.
  await touch(false);
  await page.goto(`${app.url}/sign-in`);
  const button = page.locator('text=Use passkey instead');
  await button.waitFor();
  await page.screenshot({ path: `${SHOTS}/passkeys-sign-in.png` });
  await touch(true);
  await button.click();
  await page.waitForFunction((address) => window.Clerk?.user?.primaryEmailAddress?.emailAddress === address, ADA);
  assert.ok((await kept())[0].signCount > signCount);
  // The app's own server lets them in.
  await page.goto(`${app.url}/dashboard`);
  await page.waitForFunction(() => window.Clerk?.session);
  assert.equal(new URL(page.url()).pathname, '/dashboard');
  assert.deepEqual(troubles, []);
  await context.close();
});
