// Several accounts in one browser, where the instance allows that: added, switched between, and left one by one.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { launch, profile } from './browser.mjs';
import { PASSWORD, clerk, leaving, signIn, signOut, signUp } from './person.mjs';
import { startDev, turn } from './start.mjs';

const SHOTS = process.env.SHOTS ?? 'screenshots';
mkdirSync(SHOTS, { recursive: true });

const ADA = 'ada+clerk_test@example.com';
const BOB = 'bob+clerk_test@example.com';

let browser, app;
before(async () => {
  app = await startDev();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await app?.stop();
});

/** Waits until the page is somebody's; the server must say the same. */
async function isOf(page, address) {
  await page.waitForFunction(
    (address) => window.Clerk?.user?.primaryEmailAddress?.emailAddress === address,
    address,
  );
  const { userId } = await clerk(page, async () => {
    const token = await window.Clerk.session.getToken();
    const answer = await fetch('/api/me', { headers: { Authorization: `Bearer ${token}` } });
    return answer.json();
  });
  assert.equal(userId, await clerk(page, () => window.Clerk.user.id));
  await page.goto(`${app.url}/dashboard`);
  await page.locator('main td', { hasText: userId }).first().waitFor();
}

test('a second account is added, the first comes back, one signs out and then all', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  // Bob has an account, of another browser.
  const other = await profile(browser);
  await signUp(await other.context.newPage(), app, BOB);
  await other.context.close();

  await turn(app, { single_session_mode: false });
  await signUp(page, app, ADA);
  await page.goto(`${app.url}/dashboard`);
  await page.click('.cl-userButtonTrigger');
  await page.click('.cl-userButtonPopoverActionButton__addAccount');
  await page.waitForSelector('input[name=identifier]');
  await signIn(page, BOB, PASSWORD);
  await isOf(page, BOB);

  await page.click('.cl-userButtonTrigger');
  await page.screenshot({ path: `${SHOTS}/accounts.png` });
  await page.locator('.cl-userButtonPopoverCard button', { hasText: ADA }).click();
  await isOf(page, ADA);

  await leaving(page, () => void window.Clerk.signOut({ sessionId: window.Clerk.session.id }));
  await page.goto(`${app.url}/dashboard`);
  assert.equal(await clerk(page, () => window.Clerk.client.signedInSessions.length), 1);

  await signOut(page);
  await page.goto(`${app.url}/dashboard`);
  await page.waitForURL(/\/sign-in/);
  assert.deepEqual(troubles, []);
  await context.close();
  await turn(app, { single_session_mode: null });
});
