// A generated project under `clerk-rs dev`, as a person meets them: one origin, server-rendered pages.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { launch, profile } from './browser.mjs';
import { PASSWORD, clerk, leaving, signIn, signOut, signUp, submit } from './person.mjs';
import { SECRET, startDev, turn } from './start.mjs';

const ADA = 'ada+clerk_test@example.com';
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

const shot = (page, name) => page.screenshot({ path: `${SHOTS}/app-${name}.png` });
const html = async (context, path) => (await context.request.get(`${app.url}${path}`)).text();

test('sign up, dashboard, reload, API with a token, sign out, sign in', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await page.goto(`${app.url}/dashboard`);
  assert.match(page.url(), /\/sign-in/, 'a stranger is sent to sign-in');
  await page.waitForSelector('input[name=identifier]');
  await shot(page, 'sign-in');
  await page.click('.cl-footerActionLink');
  await page.waitForSelector('input[name=emailAddress]');
  await shot(page, 'sign-up');
  await page.fill('input[name=emailAddress]', ADA);
  await page.fill('input[name=password]', PASSWORD);
  await submit(page);
  await page.locator('input[autocomplete="one-time-code"]').first().pressSequentially('424242');
  await page.waitForSelector('main#dashboard');
  assert.equal(new URL(page.url()).pathname, '/dashboard', 'back to the page that was asked for');
  assert.match(await html(context, '/dashboard'), /id="dashboard"/, 'the server itself knows');
  await page.waitForSelector('.cl-userButtonTrigger');
  await shot(page, 'dashboard');
  await clerk(page, () => Clerk.user.update({ firstName: 'Ada' }));
  await page.reload();
  await page.waitForSelector('main#dashboard');
  assert.match(await html(context, '/dashboard'), /Ada/, 'the name comes from the server');
  const me = await clerk(page, async () => {
    const token = await Clerk.session.getToken();
    const answer = await fetch('/api/me', { headers: { Authorization: `Bearer ${token}` } });
    return answer.json();
  });
  assert.match(me.userId, /^user_/);

  await page.goto(`${app.url}/user`);
  await page.waitForSelector('.cl-profileSection__profile');
  await shot(page, 'user-profile');
  await page.click('.cl-userButtonTrigger');
  await shot(page, 'user-button');
  await page.click('text=Sign out');
  await page.waitForURL(`${app.url}/`);
  await page.waitForFunction(() => window.Clerk?.loaded && !window.Clerk.user);
  await page.goto(`${app.url}/dashboard`);
  assert.match(page.url(), /\/sign-in/);
  await signIn(page, ADA, 'wrong horse');
  await page.waitForSelector('text=Password is incorrect');
  await page.fill('input[name=password]', PASSWORD);
  await submit(page);
  await page.waitForSelector('main#dashboard');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('the clock of the emulator is that of the app as well', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await signUp(page, app, 'edith+clerk_test@example.com');
  const move = (change) => fetch(`${app.desk}/__emulator/clock`, { method: 'POST', body: new URLSearchParams({ move: change }) });
  const me = (token) => page.evaluate(async (token) => {
    const answer = await fetch('/api/me', { headers: { Authorization: `Bearer ${token}` } });
    return answer.status;
  }, token);
  const token = () => clerk(page, () => Clerk.session.getToken({ skipCache: true }));
  const old = await token();
  assert.equal(await me(old), 200);
  await move('+1h');
  assert.equal(await me(old), 401, 'the old token is over');
  assert.equal(await me(await token()), 200, 'the new one is not from the future');
  await page.goto(`${app.url}/dashboard`);
  await page.waitForSelector('main#dashboard');
  await move('reset');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('who signs out in one tab leaves the others too, on every page', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await signUp(page, app, 'radia+clerk_test@example.com');
  const other = await context.newPage();
  await other.goto(`${app.url}/dashboard`);
  await other.waitForFunction(() => window.Clerk?.session);
  await signOut(page);
  await page.waitForURL(`${app.url}/`);
  await other.waitForURL(/\/sign-in\?redirect_url=.*dashboard/);
  await other.waitForSelector('input[name=identifier]');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('the code of any address is on the page of the emulator', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await page.goto(`${app.url}/sign-up`);
  await page.fill('input[name=emailAddress]', "o'hara@example.com");
  await page.fill('input[name=password]', PASSWORD);
  await submit(page);
  await page.waitForSelector('input[autocomplete="one-time-code"]');
  const desk = await context.newPage();
  await desk.goto(app.desk);
  const row = desk.locator('#mails tr', { hasText: "o'hara@example.com" });
  const code = await row.locator('strong').textContent();
  assert.match(code, /^\d{6}$/);
  await page.locator('input[autocomplete="one-time-code"]').first().pressSequentially(code);
  await page.waitForFunction(() => window.Clerk?.session);
  await desk.locator('#users tr', { hasText: "o'hara@example.com" }).waitFor();
  await desk.locator('#sessions tr', { hasText: 'active' }).first().waitFor();
  await desk.screenshot({ path: `${SHOTS}/emulator.png`, fullPage: true });
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a person changes name and password in the profile', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await signUp(page, app, 'mary+clerk_test@example.com');
  await page.goto(`${app.url}/user`);
  await page.click('text=Update profile');
  await page.fill('input[name=firstName]', 'Mary');
  await page.press('input[name=firstName]', 'Enter');
  await page.waitForSelector('.cl-profileSection__profile >> text=Mary');
  const form = async () => {
    await page.goto(`${app.url}/user`);
    await page.click('text=Security');
    await page.click('text=Update password');
    await page.waitForSelector('input[name=newPassword]');
  };
  await form();
  assert.equal(await page.locator('input[name=currentPassword]').count(), 0, 'a sign-in of the last ten minutes is proof enough');
  await turn(app, { reverification: false });
  await form();
  const change = async (current) => {
    await page.fill('input[name=currentPassword]', current);
    await page.fill('input[name=newPassword]', 'another horse battery');
    await page.fill('input[name=confirmPassword]', 'another horse battery');
    await page.press('input[name=confirmPassword]', 'Enter');
  };
  await change('wrong horse');
  await page.waitForSelector('text=Incorrect password');
  await shot(page, 'user-wrong-password');
  await change(PASSWORD);
  await page.waitForSelector('input[name=newPassword]', { state: 'detached' });
  await signOut(page);
  await page.goto(`${app.url}/dashboard`);
  await signIn(page, 'mary+clerk_test@example.com', 'another horse battery');
  await page.waitForSelector('main#dashboard');
  // A request beside the page must not meet the moment in which Clerk's library writes its cookies anew.
  await page.waitForFunction(() => window.Clerk?.session);
  assert.match(await html(context, '/dashboard'), /Mary/);
  await turn(app, { reverification: true });
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a tab that comes back after the token has died is still signed in', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await signUp(page, app, 'grace+clerk_test@example.com');
  await page.goto('about:blank');
  // What a minute of absence leaves: a token that is no longer good for anything.
  const cookies = await context.cookies(app.url);
  await context.clearCookies({ name: /^__session/ });
  for (const cookie of cookies.filter(({ name }) => name.startsWith('__session'))) {
    const [header, claims] = cookie.value.split('.');
    const old = JSON.parse(Buffer.from(claims, 'base64url'));
    for (const name of ['exp', 'iat', 'nbf']) old[name] -= 3600;
    const text = Buffer.from(JSON.stringify(old)).toString('base64url');
    await context.addCookies([{ ...cookie, value: [header, text, cookie.value.split('.')[2]].join('.') }]);
  }
  const hops = [];
  page.on('response', (answer) => { if (answer.request().isNavigationRequest()) hops.push(answer.status()); });
  await page.goto(`${app.url}/dashboard`);
  await page.waitForSelector('main#dashboard');
  assert.equal(new URL(page.url()).search, '');
  assert.deepEqual(hops, [307, 307, 307, 200], 'one handshake and back');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a lost dev browser and a revoked session end signed out, without a loop', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await signUp(page, app, 'lin+clerk_test@example.com');
  const session = await clerk(page, () => Clerk.session.id);
  const revoked = await fetch(`${app.server}/v1/sessions/${session}/revoke`, {
    method: 'POST', headers: { Authorization: `Bearer ${SECRET}` },
  });
  assert.equal(revoked.status, 200);
  await leaving(page, () => void Clerk.session.getToken({ skipCache: true }).catch(() => null));
  // Until its token has expired the server takes the visitor for signed in; this cookie tells it otherwise.
  await page.waitForFunction(() => /(^|; )__client_uat=0/.test(document.cookie));
  await page.goto(`${app.url}/dashboard`);
  await page.waitForURL(/\/sign-in/);

  await signIn(page, 'lin+clerk_test@example.com');
  await page.waitForSelector('main#dashboard');
  // An open page would put its token back into the cookie.
  await page.goto('about:blank');
  await fetch(`${app.desk}/__emulator/reset`, { method: 'POST' });
  await context.clearCookies({ name: /^__session/ });
  await page.goto(`${app.url}/dashboard`);
  await page.waitForURL(/\/sign-in/);
  await page.waitForSelector('input[name=identifier]');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('two apps on one machine keep their own visitors', async () => {
  const otherApp = await startDev({ hex: 'ffffffff' });
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await signUp(page, app, 'here+clerk_test@example.com');
  await signUp(page, otherApp, 'there+clerk_test@example.com');
  for (const round of [1, 2]) {
    for (const [where, who] of [[app, 'here'], [otherApp, 'there']]) {
      await page.goto(`${where.url}/dashboard`);
      await page.waitForSelector('main#dashboard');
      await page.waitForFunction(() => window.Clerk?.user);
      const address = await clerk(page, () => window.Clerk.user.primaryEmailAddress.emailAddress);
      assert.equal(address, `${who}+clerk_test@example.com`, `round ${round}`);
    }
  }
  assert.deepEqual(troubles, []);
  await context.close();
  await otherApp.stop();
});
