#!/usr/bin/env bash
# The proxy for Clerk's Frontend API that the kits have built in (frontendApiProxy), and an answer of the
# Frontend API that sets two cookies: __client, which is the sign-in itself, and __client_uat, its time.
#
# Expected: both reach the browser. RFC 9110 (5.3) names Set-Cookie as the field that comes several times
#   and cannot be folded into one; the kits for Hono and Fastify pass every one of them on.
# Happens: @clerk/express passes on the last one only. Status and body are right, and nothing is logged.
#   Whether a sign-in survives depends on which cookie happens to stand last. (The function underneath, in
#   @clerk/backend, once lost them too and was mended: clerk/javascript, pull request 8162.)
# Meets: whoever has the Frontend API behind an Express server of their own, in production: development
#   does not show it, because no cookie of the Frontend API is needed there.
# We: the proxy at /__clerk keeps each of them (templates/clerk-auth/tests/proxy_answers.rs,
#   cookies_all_pass_and_connection_headers_do_not). An Express server in front of an app can leave
#   frontendApiProxy off and pass /__clerk on to the app.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for name in $(compgen -e | grep CLERK || true); do unset "$name"; done

echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund @clerk/express@2.1.70 express@5.3.0 @clerk/fastify@3.1.79 fastify@5.12.8 \
  @clerk/hono@0.1.79 hono@4.13.19

cat > proxies.cjs <<'FILE'
const { createServer } = require('http');

const host = 'brave-otter-7.clerk.accounts.dev';
const publishableKey = `pk_test_${Buffer.from(`${host}$`).toString('base64').replace(/=+$/, '')}`;
const options = { secretKey: 'sk_test_made_up', publishableKey, frontendApiProxy: { enabled: true }, telemetry: { disabled: true } };
const path = '/__clerk/v1/client';
const names = headers => headers.map(cookie => cookie.split('=')[0]).join(', ');

const frontendApi = createServer((_, answer) => {
  answer.setHeader('set-cookie', ['__client=made_up; Path=/; HttpOnly', '__client_uat=1; Path=/']);
  answer.setHeader('content-type', 'application/json').end('{}');
});
frontendApi.listen(0, '127.0.0.1', async () => {
  process.env.CLERK_FAPI_URL = `http://127.0.0.1:${frontendApi.address().port}`;

  const hono = new (require('hono').Hono)();
  hono.use('*', require('@clerk/hono').clerkMiddleware(options));
  const fromHono = await hono.request(`http://localhost:3000${path}`);
  console.log('hono:', fromHono.status, names(fromHono.headers.getSetCookie()));

  const fastify = require('fastify')();
  fastify.register(require('@clerk/fastify').clerkPlugin, options);
  const fromFastify = await fastify.inject(path);
  console.log('fastify:', fromFastify.statusCode, names([fromFastify.headers['set-cookie']].flat()));

  const express = require('express')();
  express.use(require('@clerk/express').clerkMiddleware(options));
  const server = express.listen(0, '127.0.0.1', async () => {
    const fromExpress = await fetch(`http://127.0.0.1:${server.address().port}${path}`);
    console.log('express:', fromExpress.status, names(fromExpress.headers.getSetCookie()));
    process.exit();
  });
});
FILE

seen=$(node proxies.cjs)

echo "@clerk/express 2.1.70, @clerk/fastify 3.1.79, @clerk/hono 0.1.79"
echo "expected: 200 __client, __client_uat from each"
echo "seen:"
echo "$seen"
[ "$seen" = "hono: 200 __client, __client_uat
fastify: 200 __client, __client_uat
express: 200 __client_uat" ] || { echo "changed"; exit 1; }
echo "as described"
