// Clerk's own server library reads the session that a browser has at the emulator.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { createClerkClient } from '@clerk/backend';

import { launch, profile } from './browser.mjs';
import { clerk, signUp } from './person.mjs';
import { SECRET, startDev } from './start.mjs';

let browser, app, backend;
before(async () => {
  app = await startDev();
  browser = await launch();
  backend = createClerkClient({
    secretKey: SECRET, publishableKey: app.key, apiUrl: app.server, telemetry: { disabled: true },
  });
});
after(async () => {
  await browser?.close();
  await app?.stop();
});

/** The state of a document request with these cookies; redirects of the handshake are followed as a browser would. */
async function document(url, cookies) {
  const jar = new Map(cookies.map(({ name, value }) => [name, value]));
  const seen = [];
  for (let hop = 0; hop < 6; hop += 1) {
    const headers = new Headers({
      accept: 'text/html', 'sec-fetch-dest': 'document', cookie: [...jar].map((pair) => pair.join('=')).join('; '),
    });
    const state = await backend.authenticateRequest(new Request(url, { headers }), { proxyUrl: `${app.url}/__clerk` });
    for (const line of state.headers.getSetCookie()) {
      const [name, ...value] = line.split(';')[0].split('=');
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value.join('='));
    }
    seen.push(state.reason ?? state.status);
    const location = state.headers.get('location');
    if (!location) return { state, seen, url };
    url = location;
    if (url.includes('/v1/client/handshake')) {
      const answer = await fetch(url, { redirect: 'manual' });
      assert.equal(answer.status, 307);
      url = answer.headers.get('location');
    }
  }
  throw new Error(`a loop: ${seen}`);
}

test('the library accepts the cookies, follows the handshake and reads the user', async () => {
  const { context } = await profile(browser);
  const page = await context.newPage();
  await signUp(page, app, 'ada+clerk_test@example.com');
  const cookies = await context.cookies(app.url);

  const fresh = await document(`${app.url}/dashboard`, cookies);
  assert.equal(fresh.state.isAuthenticated, true, String(fresh.seen));
  assert.deepEqual(fresh.seen, ['signed-in']);
  const { userId, sessionId } = fresh.state.toAuth();

  const without = cookies.filter(({ name }) => !name.startsWith('__session'));
  const healed = await document(`${app.url}/dashboard?a=b`, without);
  assert.equal(healed.state.isAuthenticated, true, String(healed.seen));
  assert.equal(healed.state.toAuth().sessionId, sessionId);
  assert.equal(healed.url, `${app.url}/dashboard?a=b`);

  const stranger = await document(`${app.url}/dashboard`, []);
  assert.equal(stranger.state.status, 'signed-out', String(stranger.seen));

  const user = await backend.users.getUser(userId);
  assert.equal(user.primaryEmailAddress.emailAddress, 'ada+clerk_test@example.com');

  // A fresh one: the first token of a document came with a GET, which has no `Origin`, and so names no party.
  const token = await clerk(page, () => Clerk.session.getToken({ skipCache: true }));
  const api = new Request(`${app.url}/api/me`, { headers: { authorization: `Bearer ${token}` } });
  const bearer = await backend.authenticateRequest(api, { authorizedParties: [app.url] });
  assert.equal(bearer.isAuthenticated, true, bearer.reason);
  const strict = await backend.authenticateRequest(api, { authorizedParties: ['https://other.example'] });
  assert.equal(strict.reason, 'token-invalid-authorized-parties');

  const session = await backend.sessions.revokeSession(sessionId);
  assert.equal(session.status, 'revoked');
  const ended = await document(`${app.url}/dashboard`, without);
  assert.equal(ended.state.status, 'signed-out', String(ended.seen));
  await context.close();
});
