// An MCP client finds its way from a refused call to a token, and calls: the app tells where tokens come from, the emulator
// registers the client, and the user allows it. Scopes that a handler wants and Clerk does not know stay closed.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { UnauthorizedError, auth } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { launch, profile } from './browser.mjs';
import { PASSWORD } from './person.mjs';
import { SECRET, startDev, turn } from './start.mjs';

let browser, app, own, back;
before(async () => {
  app = await startDev({ bundles: false });
  browser = await launch();
  // The client's own address, to which its user is sent back.
  own = createServer((_, answer) => answer.end('back')).listen(0, '127.0.0.1');
  await once(own, 'listening');
  back = `http://127.0.0.1:${own.address().port}/callback`;
});
after(async () => {
  own?.close();
  await browser?.close();
  await app?.stop();
});

/** What a client remembers; `asked` is where it sends its user. */
class Memory {
  redirectUrl = back;
  clientMetadata = { client_name: 'Inspector', redirect_uris: [back], token_endpoint_auth_method: 'none' };
  clientInformation() { return this.client; }
  saveClientInformation(client) { this.client = client; }
  tokens() { return this.kept; }
  saveTokens(tokens) { this.kept = tokens; }
  redirectToAuthorization(url) { this.asked = url; }
  saveCodeVerifier(verifier) { this.verifier = verifier; }
  codeVerifier() { return this.verifier; }
  state() { return 'as-it-was-given'; }
}

const server = async (method, path, body) => {
  const headers = { Authorization: `Bearer ${SECRET}`, 'Content-Type': 'application/json' };
  const answer = await fetch(`${app.server}/v1/${path}`, { method, headers, body: JSON.stringify(body) });
  assert.equal(answer.ok, true, `${path}: ${answer.status}`);
  return answer.json();
};

/** The code that the client gets, once its user has signed in and allowed it. */
async function allowed(url) {
  const { context, troubles } = await profile(browser, { javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(url.href);
  await page.fill('input[name=email_address]', 'ada+clerk_test@example.com');
  await page.fill('input[name=password]', PASSWORD);
  await page.click('button[value=password]');
  await page.click('button[value=allow]');
  const { origin, pathname, searchParams } = new URL(page.url());
  assert.equal(origin + pathname, back);
  assert.equal(searchParams.get('state'), 'as-it-was-given');
  assert.deepEqual(troubles, []);
  await context.close();
  return searchParams.get('code');
}

test('a client registers itself, gets a token and calls a tool', async () => {
  const user = await server('POST', 'users', { email_address: ['ada+clerk_test@example.com'], password: PASSWORD });
  const memory = new Memory();
  const url = new URL('/api/machines/mcp', app.url);
  const connect = async () => {
    const transport = new StreamableHTTPClientTransport(url, { authProvider: memory });
    const client = new Client({ name: 'inspector', version: '1.0.0' });
    return { transport, connected: client.connect(transport).then(() => client) };
  };
  // As in a new instance: whoever may not register gets no further.
  await assert.rejects((await connect()).connected, /dynamic client registration/);
  await turn(app, { oauth_applications: { dynamic_oauth_client_registration: true } });

  const first = await connect();
  await assert.rejects(first.connected, UnauthorizedError);
  assert.equal(memory.asked.searchParams.get('resource'), url.href);
  assert.equal(memory.asked.searchParams.get('scope'), 'profile email');
  await first.transport.finishAuth(await allowed(memory.asked));

  const client = await (await connect()).connected;
  const called = await client.callTool({ name: 'whoami', arguments: {} });
  assert.deepEqual(JSON.parse(called.content[0].text), { userId: user.id, scopes: ['profile', 'email'] });
  await client.close();

  // The token opens no handler for people, and none whose scope it lacks: the client asks for that, and Clerk has none.
  const bearer = { headers: { Authorization: `Bearer ${memory.kept.access_token}` } };
  assert.equal((await fetch(new URL('/api/me', app.url), bearer)).status, 401);
  const lacks = await fetch(new URL('/api/machines/reports', app.url), bearer);
  assert.equal(lacks.status, 403);
  assert.match(lacks.headers.get('www-authenticate'), /error="insufficient_scope", scope="reports:read"/);
  memory.kept = undefined;
  await auth(memory, { serverUrl: url, scope: 'reports:read' });
  const answer = await fetch(memory.asked, { redirect: 'manual' });
  assert.equal(new URL(answer.headers.get('location')).searchParams.get('error'), 'invalid_scope');
});

test('an API key with the scope opens what a key without it does not, until it is revoked', async () => {
  const user = await server('POST', 'users', { email_address: ['grace@example.com'], password: PASSWORD });
  const made = (scopes) => server('POST', 'api_keys', { name: 'nightly', subject: user.id, scopes });
  const [reader, plain] = [await made(['reports:read']), await made([])];
  const status = async (path, key, method = 'GET') => {
    const headers = { Authorization: `Bearer ${key.secret}` };
    return (await fetch(new URL(path, app.url), { method, headers })).status;
  };
  assert.equal(await status('/api/machines/reports', reader), 200);
  assert.equal(await status('/api/machines/reports', plain), 403);
  assert.equal(await status('/api/machines/me', plain), 200);
  // That handler takes OAuth tokens only.
  assert.equal(await status('/api/machines/mcp', reader, 'POST'), 401);
  assert.equal(await status('/api/me', reader), 401);
  await server('POST', `api_keys/${reader.id}/revoke`, {});
  assert.equal(await status('/api/machines/reports', reader), 401);
});
