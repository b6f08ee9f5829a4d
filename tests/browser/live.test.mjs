// `/live` of a project made `--with ws`: its two connections end with the session token and come back with the next one.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, afterEach, before, test } from 'node:test';

import { launch, profile } from './browser.mjs';
import { clerk, signUp } from './person.mjs';
import { SECRET, startDev } from './start.mjs';

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

// What one test leaves is not there for the next, also when it fails.
const contexts = [];
afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  await move('reset');
});

const move = (change) => fetch(`${app.desk}/__emulator/clock`, { method: 'POST', body: new URLSearchParams({ move: change }) });

/** Somebody who has the page open. `codes` in it are those with which its WebSockets ended. */
async function visitor(name) {
  const { context, troubles } = await profile(browser);
  contexts.push(context);
  await context.addInitScript(() => {
    window.codes = [];
    window.WebSocket = class extends WebSocket {
      constructor(...address) {
        super(...address);
        this.addEventListener('close', ({ code }) => window.codes.push(code));
      }
    };
    Object.defineProperty(document, 'hidden', { get: () => Boolean(window.isOutOfSight) });
  });
  const page = await context.newPage();
  const statuses = [];
  page.on('response', (answer) => { if (/\/api\/live\/here/.test(answer.url())) statuses.push(answer.status()); });
  await signUp(page, app, `${name}+clerk_test@example.com`);
  await page.goto(`${app.url}/live`);
  await page.waitForSelector('#live-state:has-text("Connected.")');
  return { page, troubles, statuses };
}

const say = async (page, text) => {
  await page.fill('#live-talk input', text);
  await page.press('#live-talk input', 'Enter');
};
const hears = (page, text) => page.locator('#live-said p', { hasText: text }).waitFor();
const isHere = (page, count) => page.waitForFunction((count) => document.querySelectorAll('#live-here li').length === count, count);
const ended = (page, code) => page.waitForFunction((code) => window.codes.includes(code), code);
const sight = (page, isOutOfSight) => page.evaluate((isOutOfSight) => {
  window.isOutOfSight = isOutOfSight;
  document.dispatchEvent(new Event('visibilitychange'));
}, isOutOfSight);

test('what one says the other hears, also when a token has passed meanwhile', async () => {
  const [ada, eve] = [await visitor('ada'), await visitor('eve')];
  await Promise.all([isHere(ada.page, 2), isHere(eve.page, 2)]);
  await say(ada.page, '<b>Hello</b>');
  for (const { page } of [ada, eve]) await hears(page, '<b>Hello</b>');
  assert.match(await ada.page.textContent('#live-said'), /^you/);
  assert.match(await eve.page.textContent('#live-said'), /^…/);
  await eve.page.screenshot({ path: `${SHOTS}/live.png` });

  await move('+61s');
  await Promise.all([ended(ada.page, 4401), ended(eve.page, 4401)]);
  for (const { page } of [ada, eve]) await page.waitForSelector('#live-state:has-text("Connected.")');
  await isHere(ada.page, 2);
  await say(ada.page, 'Still here');
  await hears(eve.page, 'Still here');
  assert.equal(await eve.page.locator('#live-said p').count(), 2, 'nothing comes twice');
  assert.deepEqual([...new Set([...ada.statuses, ...eve.statuses])], [200], 'none came with the old token');

  // Out of sight a page lets go, and hears later what it has missed.
  await sight(eve.page, true);
  await isHere(ada.page, 1);
  await say(ada.page, 'Are you there?');
  await hears(ada.page, 'Are you there?');
  await sight(eve.page, false);
  await hears(eve.page, 'Are you there?');
  await isHere(ada.page, 2);
  for (const { troubles } of [ada, eve]) assert.deepEqual(troubles, []);
});

test('whose session was revoked is out within a minute, and stays out', async () => {
  const { page, troubles } = await visitor('lin');
  const other = await visitor('mary');
  await isHere(other.page, 2);
  const session = await clerk(page, () => Clerk.session.id);
  const headers = { Authorization: `Bearer ${SECRET}` };
  const revoked = await fetch(`${app.server}/v1/sessions/${session}/revoke`, { method: 'POST', headers });
  assert.equal(revoked.status, 200);
  await move('+61s');
  await page.waitForURL(/\/sign-in\?redirect_url=.*live/);
  await other.page.waitForSelector('#live-state:has-text("Connected.")');
  await isHere(other.page, 1);
  await say(other.page, 'Alone');
  await hears(other.page, 'Alone');
  assert.deepEqual([...troubles, ...other.troubles], []);
});
