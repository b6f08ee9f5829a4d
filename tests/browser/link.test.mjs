// Somebody signed in comes from elsewhere: by a link in a mail, with a damaged cookie. One handshake, no error page.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { launch, profile } from './browser.mjs';
import { signUp } from './person.mjs';
import { startDev } from './start.mjs';

let browser, app;
before(async () => {
  app = await startDev();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await app?.stop();
});

/** A page on another site than `localhost`, with a link to the app. */
async function elsewhere(target) {
  const html = `<!doctype html><title>Mail</title><a href="${app.url}${target}">Your order</a>`;
  const server = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(html));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

/** The navigations to the app, each with what the browser says of the site it comes from and whether it sends the cookie. */
async function watch(context, page) {
  const seen = [];
  const ids = new Map();
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  network.on('Network.requestWillBeSent', ({ type, request, requestId }) => {
    if (type !== 'Document' || !request.url.startsWith(app.url)) return;
    const entry = { path: new URL(request.url).pathname };
    seen.push(entry);
    ids.set(requestId, [...(ids.get(requestId) ?? []), entry]);
  });
  // Redirects keep the id of the first request.
  const next = (id, field) => ids.get(id)?.find((entry) => entry[field] === undefined);
  network.on('Network.requestWillBeSentExtraInfo', ({ requestId, headers }) => {
    const names = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const entry = next(requestId, 'site');
    if (entry) Object.assign(entry, { site: names['sec-fetch-site'], uat: /__client_uat/.test(names.cookie ?? '') });
  });
  network.on('Network.responseReceivedExtraInfo', ({ requestId, statusCode }) => {
    const entry = next(requestId, 'status');
    if (entry) entry.status = statusCode;
  });
  return seen;
}

const handshakes = (seen) => seen.filter(({ path }) => path.endsWith('/v1/client/handshake'));

test('a link on another site leads in after one handshake', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await signUp(page, app, 'link+clerk_test@example.com');
  const mail = await elsewhere('/dashboard?tab=2');
  await page.goto(mail.url);
  const seen = await watch(context, page);
  await page.click('a');
  await page.waitForSelector('main#dashboard');
  assert.equal(page.url(), `${app.url}/dashboard?tab=2`);
  await page.waitForLoadState('load');
  const told = JSON.stringify(seen);
  assert.equal(handshakes(seen).length, 1, told);
  assert.ok(seen.every(({ status }) => status < 400), told);
  assert.deepEqual(seen.map(({ path }) => path), ['/dashboard', seen[1].path, '/dashboard', '/dashboard'], told);
  for (const entry of seen.slice(0, 3)) {
    assert.equal(entry.site, 'cross-site', told);
    assert.ok(!entry.uat, `the browser withholds __client_uat: that is the case to be tested: ${told}`);
  }
  assert.deepEqual([seen[3].site, seen[3].uat], ['same-origin', true], told);
  await page.goBack();
  assert.equal(page.url(), mail.url, 'the page between left nothing in the history');
  assert.deepEqual(troubles, []);
  mail.close();
  await context.close();
});

test('a part of the page that the link names is still named at the end', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await signUp(page, app, 'part+clerk_test@example.com');
  const mail = await elsewhere('/dashboard?tab=2#orders');
  await page.goto(mail.url);
  const seen = await watch(context, page);
  await page.click('a');
  await page.waitForSelector('main#dashboard');
  assert.equal(page.url(), `${app.url}/dashboard?tab=2#orders`);
  await page.waitForLoadState('load');
  const told = JSON.stringify(seen);
  assert.equal(handshakes(seen).length, 1, told);
  assert.equal(seen.filter(({ path }) => path === '/dashboard').length, 3, told);
  await page.goBack();
  assert.equal(page.url(), mail.url, 'the page between left nothing in the history');
  assert.deepEqual(troubles, []);
  mail.close();
  await context.close();
});

test('a damaged session cookie is replaced by one handshake', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await signUp(page, app, 'damaged+clerk_test@example.com');
  await page.goto('about:blank');
  const cookies = await context.cookies(app.url);
  const sessions = cookies.filter(({ name }) => name.startsWith('__session'));
  assert.ok(sessions.length > 0);
  // Another signature of the same length.
  const damaged = (value) => value.replace(/\.(.)([^.]*)$/, (_, first, rest) => `.${first === 'A' ? 'B' : 'A'}${rest}`);
  await context.addCookies(sessions.map((cookie) => ({ ...cookie, value: damaged(cookie.value) })));
  const seen = await watch(context, page);
  await page.goto(`${app.url}/dashboard`);
  await page.waitForSelector('main#dashboard');
  const told = JSON.stringify(seen);
  assert.equal(handshakes(seen).length, 1, told);
  assert.ok(seen.every(({ status }) => status < 400), told);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('somebody signed out who follows a link is sent to sign-in, not round and round', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  const mail = await elsewhere('/dashboard');
  await page.goto(mail.url);
  const seen = await watch(context, page);
  await page.click('a');
  await page.waitForSelector('input[name=identifier]');
  assert.ok(handshakes(seen).length <= 1, JSON.stringify(seen));
  assert.deepEqual(troubles, []);
  mail.close();
  await context.close();
});
