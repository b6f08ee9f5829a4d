// Links in mails, with Clerk's own components: who asked waits, and goes on when the link was followed.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { launch, profile } from './browser.mjs';
import { PASSWORD, clerk, signOut, submit } from './person.mjs';
import { startDev, turn } from './start.mjs';

const SHOTS = process.env.SHOTS ?? 'screenshots';
mkdirSync(SHOTS, { recursive: true });
const ADA = 'ada@example.com';

let browser, app;
before(async () => {
  app = await startDev();
  browser = await launch();
  await turn(app, { email_link: true, preferred_sign_in_strategy: 'otp' });
});
after(async () => {
  await browser?.close();
  await app?.stop();
});

const shot = (page, name) => page.screenshot({ path: `${SHOTS}/email-link-${name}.png`, fullPage: true });
const known = (page) => page.waitForFunction((address) => window.Clerk?.user?.primaryEmailAddress?.emailAddress === address, ADA);

/** The link in the mail that comes next. */
async function mailed(page, ask) {
  const before = await mails();
  await ask();
  await page.waitForSelector('.cl-verificationLinkStatusBox, :text("verification link"), :text("Use the verification link")');
  for (;;) {
    const all = await mails();
    if (all.length > before.length) return all.at(-1).link;
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}
const mails = async () => (await (await fetch(`${app.desk}/__emulator/outbox`)).json()).mails;

async function signIn(page) {
  await page.goto(`${app.url}/sign-in`);
  await page.fill('input[name=identifier]', ADA);
  await submit(page);
}

test('a link signs up, and another one signs in from the page of the emulator', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await page.goto(`${app.url}/sign-up`);
  await page.fill('input[name=emailAddress]', ADA);
  await page.fill('input[name=password]', PASSWORD);
  const first = await mailed(page, () => submit(page));
  await shot(page, 'waits');
  assert.ok(first.startsWith(`${app.url}/`), `through the app: ${first}`);
  const mail = await context.newPage();
  await mail.goto(first);
  // By itself it goes on to the app.
  await mail.waitForURL(`${app.url}/`);
  await known(mail);
  // The page that asked says where it goes on.
  await page.bringToFront();
  await page.waitForSelector('text=Successfully verified email');
  await shot(page, 'proven');
  await mail.goto(`${app.url}/dashboard`);
  await known(mail);

  await signOut(mail);
  await mailed(page, () => signIn(page));
  await mail.goto(`${app.desk}/`);
  await shot(mail, 'desk');
  await mail.click('text=Follow the link');
  await known(mail);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a link that another browser opens says so, and so does one that is too old', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  const link = await mailed(page, () => signIn(page));
  const elsewhere = await profile(browser);
  const phone = await elsewhere.context.newPage();
  await phone.goto(link);
  await phone.waitForSelector('text=/device|browser/');
  await shot(phone, 'elsewhere');
  await fetch(`${app.desk}/__emulator/clock`, { method: 'POST', body: new URLSearchParams({ move: '+11m' }) });
  const mail = await context.newPage();
  await mail.goto(link);
  await mail.waitForSelector('text=/expired/');
  await shot(mail, 'expired');
  await fetch(`${app.desk}/__emulator/clock`, { method: 'POST', body: new URLSearchParams({ move: 'reset' }) });
  assert.deepEqual(troubles, []);
  await elsewhere.context.close();
  await context.close();
});

test('a link that counts anywhere signs the page in that asked for it', async () => {
  await turn(app, { email_link_same_client: false });
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  const link = await mailed(page, () => signIn(page));
  const elsewhere = await profile(browser);
  const phone = await elsewhere.context.newPage();
  await phone.goto(link);
  await known(page);
  await phone.waitForSelector('text=/original tab|other device|Return/i');
  await shot(phone, 'anywhere');
  assert.equal(await clerk(phone, () => window.Clerk.user ?? null), null);
  assert.deepEqual(troubles, []);
  await elsewhere.context.close();
  await context.close();
});
