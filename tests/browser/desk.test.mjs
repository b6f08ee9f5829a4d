// The emulator's page for the developer: every button, as somebody presses it, on a desk and on a phone.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { launch, profile } from './browser.mjs';
import { clerk } from './person.mjs';
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

const part = (page, id) => page.locator(`section#${id}`);
const settings = { 1280: 'wide', 390: 'narrow' };

async function open(width) {
  const { context, troubles } = await profile(browser, { viewport: { width, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(app.desk);
  return { context, page, troubles };
}

/** What a page says after a button, and back to the tables. */
async function told(page) {
  const words = await page.locator('main').innerText();
  await page.getByRole('link', { name: 'Back' }).click();
  return words;
}

for (const width of [1280, 390]) {
  const address = `desk-${settings[width]}@example.com`;

  test(`at ${width} pixels somebody is added, signed in, given a token and revoked`, async () => {
    const { context, page, troubles } = await open(width);
    const users = part(page, 'users');
    await users.getByLabel('Address').fill(address);
    await users.getByLabel('First name').fill('Ada');
    await users.getByRole('button', { name: 'Add a user' }).click();
    await users.locator('tr', { hasText: address }).waitFor();
    // Somebody who is there already.
    await users.getByLabel('Address').fill(address);
    await users.getByRole('button', { name: 'Add a user' }).click();
    assert.match(await told(page), /That email address is taken/);

    await users.getByRole('button', { name: `Sign in as ${address}` }).click();
    const link = await page.getByRole('link', { name: 'Open the app' }).getAttribute('href');
    const other = await profile(browser);
    const theirs = await other.context.newPage();
    await theirs.goto(link);
    await theirs.waitForFunction(() => window.Clerk?.session);
    const who = await clerk(theirs, () => window.Clerk.user.primaryEmailAddress.emailAddress);
    assert.equal(who, address);

    await page.goto(app.desk);
    const session = part(page, 'sessions').locator('tr', { hasText: address });
    await session.getByRole('button', { name: 'Make a token' }).click();
    const token = await page.locator('[data-copy]').innerText();
    await told(page);
    const me = () => fetch(`${app.url}/api/me`, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal((await me()).status, 200);
    await session.getByRole('button', { name: 'Revoke the session' }).click();
    await session.getByText('revoked').waitFor();
    await theirs.goto(`${app.url}/dashboard`);
    await theirs.evaluate(() => window.Clerk?.load?.());
    await theirs.waitForFunction(() => window.Clerk?.loaded && !window.Clerk.session);

    const juts = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    assert.equal(juts, false, 'a table is wide, the page is not');
    await page.screenshot({ path: `${SHOTS}/desk-${width}.png`, fullPage: true });
    assert.deepEqual([...troubles, ...other.troubles], []);
    await other.context.close();
    await context.close();
  });

  test(`at ${width} pixels the clock is moved and faults are made and taken back`, async () => {
    const { context, page, troubles } = await open(width);
    const clock = page.locator('[data-live=clock]');
    await page.getByLabel('Move the clock').fill('+2h');
    await page.getByRole('button', { name: 'Move', exact: true }).click();
    await clock.getByText('2 h').waitFor();
    await page.getByRole('button', { name: 'Put right' }).click();
    await clock.getByText('2 h').waitFor({ state: 'detached' });
    await page.getByLabel('Move the clock').fill('soon');
    await page.getByRole('button', { name: 'Move', exact: true }).click();
    assert.match(await told(page), /not allowed/);

    const faults = part(page, 'faults');
    const server = () => fetch(`${app.server}/v1/users`, { headers: { Authorization: `Bearer ${SECRET}` } });
    await faults.getByLabel('What is asked').selectOption('answer');
    await faults.getByLabel('Path').fill('/v1/users');
    await faults.getByRole('textbox', { name: 'Status' }).fill('200');
    await faults.getByRole('button', { name: 'Let it go wrong' }).click();
    assert.match(await told(page), /`status` is to be 400 to 599/);
    await faults.getByLabel('Path').fill('/v1/users');
    await faults.getByLabel('Times').fill('1');
    await faults.getByRole('button', { name: 'Let it go wrong' }).click();
    await faults.locator('tr', { hasText: '/v1/users' }).waitFor();
    assert.deepEqual([(await server()).status, (await server()).status], [503, 200]);

    const kid = async () => (await (await fetch(`${app.desk}/.well-known/jwks.json`)).json()).keys[0].kid;
    const first = await kid();
    await faults.getByLabel('What is asked').selectOption('rotated_key');
    await faults.getByRole('button', { name: 'Let it go wrong' }).click();
    await faults.locator('tr', { hasText: 'another signing key' }).waitFor();
    assert.notEqual(await kid(), first);
    await faults.getByRole('button', { name: 'Take all back' }).click();
    await faults.getByText('Nothing goes wrong on purpose').waitFor();
    assert.equal(await kid(), first);
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test('what happens appears by itself, and a request is found by its text', async () => {
  const { context, page, troubles } = await open(1280);
  const answer = await fetch(`${app.server}/v1/users`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${SECRET}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ email_address: ['appears@example.com'], skip_password_requirement: true }),
  });
  assert.equal(answer.status, 200);
  await part(page, 'users').locator('tr', { hasText: 'appears@example.com' }).waitFor();
  const requests = part(page, 'requests');
  await requests.getByLabel('With').fill('/v1/users');
  await requests.getByLabel('Answered').selectOption('well');
  await requests.getByRole('button', { name: 'Show' }).click();
  await page.waitForURL(/text=/);
  const paths = await requests.locator('tbody tr').allInnerTexts();
  assert.ok(paths.length > 0 && paths.every((row) => row.includes('/v1/users')), paths.join('\n'));
  // A delivery that is asked for once more.
  const deliveries = part(page, 'deliveries');
  const row = deliveries.locator('tr', { hasText: 'user.created' }).first();
  await row.getByText('delivered').waitFor();
  const again = page.waitForURL(/#deliveries/);
  await row.getByRole('button', { name: 'Deliver user.created again' }).click();
  await again;
  await row.getByText('delivered').waitFor();
  assert.deepEqual(troubles, []);
  await context.close();
});
