// The same app without Clerk's libraries, and in a browser that runs no script: a plain form signs in.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { launch, profile } from './browser.mjs';
import { PASSWORD, clerk, leaving } from './person.mjs';
import { startDev } from './start.mjs';

const SHOTS = process.env.SHOTS ?? 'screenshots';
mkdirSync(SHOTS, { recursive: true });

let browser, app;
before(async () => {
  app = await startDev({ bundles: false });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await app?.stop();
});

const shot = (page, name) => page.screenshot({ path: `${SHOTS}/forms-${name}.png` });

async function fillIn(page, address) {
  await page.fill('input[name=first_name]', 'Ada');
  await page.fill('input[name=email_address]', address);
  await page.fill('input[name=password]', PASSWORD);
  await shot(page, 'sign-up');
  await page.click('button');
  await page.fill('input[name=code]', '111111');
  await page.click('button');
  await page.waitForSelector('[role=alert]');
  await shot(page, 'wrong-code');
  await page.fill('input[name=code]', '424242');
  await page.click('button');
}

test('without the libraries the components are links to forms', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await page.goto(`${app.url}/dashboard`);
  assert.match(page.url(), /\/sign-in/);
  await page.waitForFunction(() => window.Clerk?.loaded);
  await shot(page, 'stand-in');
  await page.click('[data-clerk-mount=sign-in] a');
  await shot(page, 'sign-in');
  await page.click('text=Sign up');
  await fillIn(page, 'ada+clerk_test@example.com');
  await page.waitForSelector('main#dashboard');
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, '/dashboard');
  await page.waitForFunction(() => window.Clerk?.user);
  const me = await clerk(page, async () => {
    const token = await Clerk.session.getToken();
    return (await fetch('/api/me', { headers: { Authorization: `Bearer ${token}` } })).json();
  });
  assert.match(me.userId, /^user_/);
  await shot(page, 'dashboard');
  await leaving(page, () => void Clerk.signOut({ redirectUrl: '/' }));
  await page.waitForURL(`${app.url}/`);
  await page.goto(`${app.url}/dashboard`);
  assert.match(page.url(), /\/sign-in/);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('without any script a person signs up, reads the dashboard and signs out', async () => {
  const { context, troubles } = await profile(browser, { javaScriptEnabled: false });
  const page = await context.newPage();
  const back = encodeURIComponent(`${app.url}/dashboard`);
  await page.goto(`${app.url}/__clerk/__emulator/sign-up?redirect_url=${back}`);
  await fillIn(page, 'grace+clerk_test@example.com');
  await page.waitForSelector('main#dashboard');
  assert.equal(new URL(page.url()).search, '');
  await page.reload();
  await page.waitForSelector('main#dashboard');
  await page.goto(`${app.url}/__clerk/__emulator/sign-out?redirect_url=${back}`);
  await shot(page, 'sign-out');
  await page.click('button');
  await page.waitForURL(/\/sign-in/);
  await page.goto(`${app.url}/__clerk/__emulator/sign-in?redirect_url=${back}`);
  await page.fill('input[name=email_address]', 'grace+clerk_test@example.com');
  await page.fill('input[name=password]', 'wrong horse');
  await page.click('button[value=password]');
  await page.waitForSelector('text=Password is incorrect');
  await page.fill('input[name=email_address]', 'grace+clerk_test@example.com');
  await page.click('button[value=code]');
  await page.fill('input[name=code]', '424242');
  await page.click('button');
  await page.waitForSelector('main#dashboard');
  assert.deepEqual(troubles, []);
  await context.close();
});
