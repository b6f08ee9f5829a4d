// A project with a front end of its own under `clerk-rs dev`, and the same built, served by the app alone.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';

import { launch, profile } from './browser.mjs';
import { PASSWORD, signIn, submit } from './person.mjs';
import { SECRET, startDev, startEmulator } from './start.mjs';

const SHOTS = process.env.SHOTS ?? 'screenshots';
mkdirSync(SHOTS, { recursive: true });
const PROJECT = process.env.SPA_PROJECT;
const WEB = join(PROJECT, 'web');

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

/** From a protected view over the sign-up to the data, and out again. */
async function walk(url, address, shots) {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  page.on('console', (message) => { if (message.type() === 'error') troubles.push(message.text()); });
  const shot = (name) => page.screenshot({ path: `${SHOTS}/spa-${shots}-${name}.png` });

  await page.goto(`${url}/`);
  await page.waitForSelector('text=Nobody is signed in.');
  await shot('home');
  await page.goto(`${url}/dashboard`);
  await page.waitForURL(/\/sign-in/);
  await page.waitForSelector('input[name=identifier]');
  await shot('sign-in');
  await page.click('.cl-footerActionLink');
  await page.fill('input[name=emailAddress]', address);
  await page.fill('input[name=password]', PASSWORD);
  await submit(page);
  await page.locator('input[autocomplete="one-time-code"]').first().pressSequentially('424242');
  await page.waitForSelector('#dashboard');
  assert.equal(new URL(page.url()).pathname, '/dashboard', 'back to the view that was asked for');

  const call = async () => {
    await page.click('text=Call the API');
    await page.waitForSelector('#api-answer:has-text("userId")');
    return page.textContent('#api-answer');
  };
  assert.match(await call(), /^200\n[^]*"userId": "user_/);
  await page.waitForSelector('.cl-userButtonTrigger');
  await shot('dashboard');
  await page.reload();
  assert.match(await call(), /^200\n/);

  await page.click('.cl-userButtonTrigger');
  await page.click('text=Manage account');
  await page.waitForSelector('.cl-profileSection__profile');
  assert.equal(new URL(page.url()).pathname, '/user');
  await shot('user');
  await page.click('.cl-userButtonTrigger');
  await page.click('text=Sign out');
  await page.waitForSelector('text=Nobody is signed in.');
  assert.equal((await context.request.get(`${url}/api/me`)).status(), 401);

  await page.click('nav >> text=Sign in');
  await signIn(page, address);
  await page.waitForSelector('text=You are signed in.');
  await page.goto(`${url}/no/such/view`);
  await page.waitForSelector('text=There is no such page');
  assert.deepEqual(troubles, []);
  await context.close();
}

test('under dev: sign up, data, reload, sign out, sign in; a change shows without a reload', async () => {
  const app = await startDev({ project: PROJECT });
  const source = join(WEB, 'src/App.tsx');
  const before = readFileSync(source, 'utf8');
  try {
    await walk(app.url, 'ada+clerk_test@example.com', 'dev');
    const { context, troubles } = await profile(browser);
    const page = await context.newPage();
    await page.goto(app.url);
    await page.waitForSelector('text=Nobody is signed in.');
    await page.evaluate(() => { window.sameDocument = true; });
    writeFileSync(source, before.replace('Nobody is signed in.', 'Nobody is here.'));
    await page.waitForSelector('text=Nobody is here.');
    assert.ok(await page.evaluate(() => window.sameDocument), 'the page was not made anew');
    assert.deepEqual(troubles, []);
    await context.close();
  } finally {
    writeFileSync(source, before);
    await app.stop();
  }
});

test('built: the app alone serves it, under its policy', async () => {
  execFileSync('npm', ['run', 'build'], { cwd: WEB, stdio: 'ignore' });
  const emulator = await startEmulator({ project: PROJECT });
  const env = {
    ...process.env, PORT: '0', CLERK_PUBLISHABLE_KEY: emulator.key, CLERK_SECRET_KEY: SECRET,
    CLERK_API_URL: emulator.server, CLERK_FAPI_URL: emulator.url, CLERK_PROXY_URL: '/__clerk',
  };
  const app = spawn(join(process.env.CARGO_TARGET_DIR, 'debug', basename(PROJECT)), { cwd: PROJECT, env, stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const url = await new Promise((resolve, reject) => {
      app.stdout.on('data', (text) => {
        const found = /Ready: (http:\S+)/.exec(text);
        // By this name, to which the pages' cookies belong.
        if (found) resolve(`http://localhost:${new URL(found[1]).port}`);
      });
      app.on('exit', (code) => reject(new Error(`the app ended with ${code}`)));
    });
    const page = await fetch(`${url}/dashboard`);
    assert.match(page.headers.get('content-security-policy'), /default-src 'self'/);
    await walk(url, 'grace+clerk_test@example.com', 'built');
  } finally {
    app.kill();
    await emulator.stop();
  }
});
