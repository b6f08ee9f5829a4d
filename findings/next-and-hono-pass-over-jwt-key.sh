#!/usr/bin/env bash
# The instance's public key in CLERK_JWT_KEY, and a server that cannot reach Clerk's API.
#
# Expected: tokens are verified with that key, without a request. Clerk's list of environment variables
#   names CLERK_JWT_KEY for it, in its table for Next.js as in the general one.
# Happens: @clerk/express and @clerk/fastify read it. @clerk/nextjs and @clerk/hono do not, and say
#   nothing: the key set is asked for over the network all the same. Where that fails, everybody with a
#   valid token is signed out (unexpected-error). Given as the option jwtKey, the same key counts.
# Meets: whoever wants no request to Clerk on the way, for a closed network or for the first request after
#   a start, and believes it done. With a network nothing shows, until Clerk's API is slow or away.
# We: the apps read it, and refuse to start with one that they cannot use (rule 9 of docs/security.md). One
#   .env for such an app and for Next.js needs clerkMiddleware({ jwtKey: process.env.CLERK_JWT_KEY }) there.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for name in $(compgen -e | grep CLERK || true); do unset "$name"; done

echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund @clerk/nextjs@7.9.17 next@16.4.6 react@19.0.9 react-dom@19.0.9 \
  @clerk/hono@0.1.79 hono@4.13.19 @clerk/express@2.1.70 express@5.3.0 @clerk/fastify@3.1.79 fastify@5.12.8

cat > kits.cjs <<'FILE'
const crypto = require('crypto');
const { createServer } = require('http');

const now = Math.floor(Date.now() / 1000);
const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');
const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwtKey = publicKey.export({ type: 'spki', format: 'pem' });
const host = 'brave-otter-7.clerk.accounts.dev';
const claims = { iss: `https://${host}`, sub: 'user_a', sid: 'sess_a', iat: now - 5, nbf: now - 15, exp: now + 600, azp: 'http://localhost:3000' };
const text = `${part({ alg: 'RS256', typ: 'JWT', kid: 'ins_a' })}.${part(claims)}`;
const headers = { authorization: `Bearer ${text}.${crypto.sign('sha256', Buffer.from(text), privateKey).toString('base64url')}` };

// In place of Clerk's API: it counts, and has no keys to give.
let asked = 0;
const api = createServer((_, answer) => {
  asked += 1;
  answer.writeHead(400, { 'content-type': 'application/json' }).end('{"errors":[]}');
});
async function ask(name, run) {
  asked = 0;
  const user = await run();
  console.log(`${name}: ${user ?? 'signed out'}, Clerk's API asked: ${asked > 0 ? 'yes' : 'no'}`);
}
api.listen(0, '127.0.0.1', async () => {
  const publishableKey = `pk_test_${Buffer.from(`${host}$`).toString('base64').replace(/=+$/, '')}`;
  Object.assign(process.env, {
    CLERK_PUBLISHABLE_KEY: publishableKey,
    NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: publishableKey,
    CLERK_SECRET_KEY: 'sk_test_made_up',
    CLERK_JWT_KEY: jwtKey,
    CLERK_API_URL: `http://127.0.0.1:${api.address().port}`,
    CLERK_TELEMETRY_DISABLED: '1',
    NEXT_PUBLIC_CLERK_TELEMETRY_DISABLED: '1',
  });

  const express = require('express')();
  express.use(require('@clerk/express').clerkMiddleware());
  express.get('/', (request, answer) => answer.json(require('@clerk/express').getAuth(request).userId));
  const server = await new Promise(done => {
    const listening = express.listen(0, '127.0.0.1', () => done(listening));
  });
  await ask('express', async () => (await fetch(`http://127.0.0.1:${server.address().port}`, { headers })).json());

  const fastify = require('fastify')();
  fastify.register(require('@clerk/fastify').clerkPlugin);
  fastify.get('/', async request => ({ user: require('@clerk/fastify').getAuth(request).userId }));
  await ask('fastify', async () => (await fastify.inject({ url: '/', headers })).json().user);

  for (const [title, options] of [['', {}], [' with the option jwtKey', { jwtKey }]]) {
    const hono = new (require('hono').Hono)();
    hono.use('*', require('@clerk/hono').clerkMiddleware(options));
    hono.get('/', context => context.json(require('@clerk/hono').getAuth(context).userId));
    await ask(`hono${title}`, async () => (await hono.request('http://localhost:3000/', { headers })).json());

    await ask(`nextjs${title}`, async () => {
      let user;
      const middleware = require('@clerk/nextjs/server').clerkMiddleware(async auth => {
        user = (await auth()).userId;
      }, options);
      const { NextRequest } = require('next/server');
      await middleware(new NextRequest('http://localhost:3000/', { headers }), {});
      return user;
    });
  }
  process.exit();
});
FILE

seen=$(node kits.cjs)

echo "@clerk/nextjs 7.9.17, @clerk/hono 0.1.79, @clerk/express 2.1.70, @clerk/fastify 3.1.79"
echo "expected: user_a, and Clerk's API not asked, from each"
echo "seen:"
echo "$seen"
[ "$seen" = "express: user_a, Clerk's API asked: no
fastify: user_a, Clerk's API asked: no
hono: signed out, Clerk's API asked: yes
nextjs: signed out, Clerk's API asked: yes
hono with the option jwtKey: user_a, Clerk's API asked: no
nextjs with the option jwtKey: user_a, Clerk's API asked: no" ] || { echo "changed"; exit 1; }
echo "as described"
