// A server with Clerk's library for Express takes what the emulator makes: session tokens, API keys, machines' tokens.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';

import { clerkMiddleware, createClerkClient, getAuth } from '@clerk/express';
import express from 'express';

import { SECRET, startEmulator } from './start.mjs';

let emulator, clerk, server, url;
before(async () => {
  emulator = await startEmulator();
  const options = { secretKey: SECRET, publishableKey: emulator.key, apiUrl: emulator.server, telemetry: { disabled: true } };
  clerk = createClerkClient(options);
  const app = express();
  app.use(clerkMiddleware({ ...options, clerkClient: clerk }));
  app.get('/me', (request, response) => {
    const { userId, orgRole } = getAuth(request);
    if (!userId) return response.status(401).json({});
    response.json({ userId, orgRole });
  });
  app.get('/machine', (request, response) => {
    const { isAuthenticated, tokenType, subject } = getAuth(request, { acceptsToken: ['api_key', 'm2m_token'] });
    response.status(isAuthenticated ? 200 : 401).json({ tokenType, subject });
  });
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${server.address().port}`;
});
after(async () => {
  server?.close();
  await emulator?.stop();
});

const ask = async (path, token) => {
  const answer = await fetch(url + path, { headers: token ? { authorization: `Bearer ${token}` } : {} });
  return [answer.status, await answer.json()];
};

test('a session, its end, and a stranger', async () => {
  const user = await clerk.users.createUser({ emailAddress: ['ada@example.com'], skipPasswordRequirement: true });
  const session = await clerk.sessions.createSession({ userId: user.id });
  const { jwt } = await clerk.sessions.getToken(session.id);
  assert.deepEqual(await ask('/me', jwt), [200, { userId: user.id }]);
  assert.equal((await ask('/me'))[0], 401);
  const [head, body, signature] = jwt.split('.');
  const claims = { ...JSON.parse(Buffer.from(body, 'base64url')), sub: 'user_somebody' };
  const forged = [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
  assert.equal((await ask('/me', forged))[0], 401);
  await clerk.sessions.revokeSession(session.id);
  await assert.rejects(clerk.sessions.getToken(session.id), (error) => error.status === 404 || error.status === 401);
});

test('keys of users and tokens of machines', async () => {
  const user = await clerk.users.createUser({ emailAddress: ['grace@example.com'], skipPasswordRequirement: true });
  const key = await clerk.apiKeys.create({ name: 'nightly', subject: user.id });
  assert.deepEqual(await ask('/machine', key.secret), [200, { tokenType: 'api_key', subject: user.id }]);
  await clerk.apiKeys.delete(key.id);
  assert.equal((await ask('/machine', key.secret))[0], 401);
  const machine = await clerk.machines.create({ name: 'sender' });
  const { secret } = await clerk.machines.getSecretKey(machine.id);
  const { token } = await clerk.m2m.createToken({ machineSecretKey: secret });
  assert.deepEqual(await ask('/machine', token), [200, { tokenType: 'm2m_token', subject: machine.id }]);
  assert.equal((await ask('/me', token))[0], 401);
});
