// Clerk's own browser libraries against the emulator, page and emulator on different origins.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { launch, profile } from './browser.mjs';
import { servePlainPage } from './plain-page.mjs';

const KEY = 'pk_test_ZW11bGF0b3ItMGExYjJjM2QubG9jYWxob3N0LmNsZXJrLmFjY291bnRzLmRldiQ';
const SHOTS = process.env.SHOTS ?? 'screenshots';
mkdirSync(SHOTS, { recursive: true });

let browser, emulator, app, child;

before(async () => {
  child = spawn(process.env.EMULATOR, ['0', process.env.BUNDLES], { stdio: ['pipe', 'pipe', 'inherit'] });
  emulator = await new Promise((resolve) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (process.env.TRACE) process.stderr.write(chunk);
      const line = /^emulator (.*)$/m.exec(text);
      if (line) resolve(line[1]);
    });
  });
  app = await servePlainPage(emulator, KEY);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  app?.close();
  child?.stdin.end();
});

const shot = (page, name) => page.screenshot({ path: `${SHOTS}/${name}.png` });

test('a person signs up, reloads, signs out and in', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await page.goto(`${app.url}/sign-up`);
  await page.fill('input[name=emailAddress]', 'ada+clerk_test@example.com');
  await page.fill('input[name=password]', 'correct horse battery');
  await shot(page, 'sign-up');
  await page.click('button.cl-formButtonPrimary');
  await page.waitForSelector('input[autocomplete="one-time-code"]');
  await shot(page, 'sign-up-code');
  await page.locator('input[autocomplete="one-time-code"]').first().pressSequentially('424242');
  await page.waitForURL(`${app.url}/`);
  await page.waitForSelector('text=signed in user_');
  await page.waitForSelector('.cl-userButtonTrigger');
  await shot(page, 'signed-in');
  await page.reload();
  await page.waitForSelector('text=signed in user_');
  const token = await page.evaluate(() => Clerk.session.getToken({ skipCache: true }));
  const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
  assert.equal(claims.azp, app.url);
  assert.equal(claims.iss, 'https://emulator-0a1b2c3d.localhost.clerk.accounts.dev');
  await page.click('.cl-userButtonTrigger');
  await page.click('text=Sign out');
  await page.waitForSelector('text=signed out');
  await shot(page, 'signed-out');

  await page.goto(`${app.url}/sign-in`);
  await page.fill('input[name=identifier]', 'ada+clerk_test@example.com');
  await page.click('button.cl-formButtonPrimary');
  await page.fill('input[name=password]', 'wrong horse');
  await page.click('button.cl-formButtonPrimary');
  await page.waitForSelector('text=Password is incorrect');
  await shot(page, 'sign-in-wrong');
  await page.fill('input[name=password]', 'correct horse battery');
  await page.click('button.cl-formButtonPrimary');
  await page.waitForURL(`${app.url}/`);
  await page.waitForSelector('text=signed in user_');
  assert.deepEqual(troubles, []);
  await context.close();
});
