// What a person does on the pages of a generated app.
import { createHmac } from 'node:crypto';

export const PASSWORD = 'correct horse battery';
// By key: a hint that appears under a field moves the button away from under a slow mouse.
export const submit = (page) => page.press('button.cl-formButtonPrimary', 'Enter');

/** Runs `act` on the page once Clerk is there: pages stand, made by the server, before its library has loaded. */
export async function clerk(page, act, argument) {
  await page.waitForFunction(() => window.Clerk?.loaded);
  return page.evaluate(act, argument);
}

/** Runs `act`, which leads the page elsewhere: a page that is left gives no answer, so nobody waits for one. */
export async function leaving(page, act) {
  await page.waitForFunction(() => window.Clerk?.loaded);
  await Promise.all([page.waitForEvent('load'), page.evaluate(act)]);
}

/** Signs out; ends on the page that Clerk leads to. */
export const signOut = (page) => leaving(page, () => void window.Clerk.signOut());

export async function signUp(page, app, address) {
  await page.goto(`${app.url}/sign-up`);
  await page.fill('input[name=emailAddress]', address);
  await page.fill('input[name=password]', PASSWORD);
  await submit(page);
  await page.locator('input[autocomplete="one-time-code"]').first().pressSequentially('424242');
  await page.waitForURL((url) => !/sign-up/.test(url.pathname));
  await page.waitForFunction(() => window.Clerk?.session);
}

export async function signIn(page, address, password = PASSWORD) {
  await page.fill('input[name=identifier]', address);
  await submit(page);
  await page.fill('input[name=password]', password);
  await submit(page);
}

/** The code that an authenticator app shows now (RFC 6238). */
export function totp(secret) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const hash = createHmac('sha1', key).update(time).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
