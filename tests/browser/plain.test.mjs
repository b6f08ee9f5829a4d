// Clerk's own browser libraries against the emulator, page and emulator on different origins.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { launch, profile } from './browser.mjs';
import { PASSWORD, clerk, submit } from './person.mjs';
import { servePlainPage } from './plain-page.mjs';
import { ISSUER, startEmulator } from './start.mjs';

const SHOTS = process.env.SHOTS ?? 'screenshots';
mkdirSync(SHOTS, { recursive: true });

let browser, emulator, app;
before(async () => {
  emulator = await startEmulator();
  app = await servePlainPage(emulator.url, emulator.key);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  app?.close();
  await emulator?.stop();
});

const shot = (page, name) => page.screenshot({ path: `${SHOTS}/${name}.png` });

test('a person signs up, reloads, signs out and in', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await page.goto(`${app.url}/sign-up`);
  await page.fill('input[name=emailAddress]', 'ada+clerk_test@example.com');
  await page.fill('input[name=password]', PASSWORD);
  await shot(page, 'sign-up');
  await submit(page);
  await page.waitForSelector('input[autocomplete="one-time-code"]');
  await shot(page, 'sign-up-code');
  await page.locator('input[autocomplete="one-time-code"]').first().pressSequentially('424242');
  await page.waitForURL(`${app.url}/`);
  await page.waitForSelector('text=signed in user_');
  await page.waitForSelector('.cl-userButtonTrigger');
  await shot(page, 'signed-in');
  await page.reload();
  await page.waitForSelector('text=signed in user_');
  const token = await clerk(page, () => Clerk.session.getToken({ skipCache: true }));
  const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
  assert.equal(claims.azp, app.url);
  assert.equal(claims.iss, ISSUER);
  await page.click('.cl-userButtonTrigger');
  // Signing out loads the page anew; whoever goes elsewhere before that is brought back.
  await Promise.all([page.waitForEvent('load'), page.click('text=Sign out')]);
  await page.waitForSelector('text=signed out');
  await shot(page, 'signed-out');

  await page.goto(`${app.url}/sign-in`);
  await page.fill('input[name=identifier]', 'ada+clerk_test@example.com');
  await submit(page);
  await page.fill('input[name=password]', 'wrong horse');
  await submit(page);
  await page.waitForSelector('text=Password is incorrect');
  await shot(page, 'sign-in-wrong');
  await page.fill('input[name=password]', PASSWORD);
  await submit(page);
  await page.waitForURL(`${app.url}/`);
  await page.waitForSelector('text=signed in user_');
  assert.deepEqual(troubles, []);
  await context.close();
});
