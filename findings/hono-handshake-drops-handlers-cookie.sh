#!/usr/bin/env bash
# A handler sets a cookie of its own, on the request with which a visitor comes back from Clerk's handshake.
#
# Expected: the answer has Clerk's cookies and the handler's. Both are in it with @clerk/express, and with
#   @clerk/hono when the handler uses Hono's setCookie().
# Happens: where the handler returns a Response of its own, as it does with `return fetch(upstream)` or
#   another framework's handler, @clerk/hono and Hono together drop its cookies. The kit writes Clerk's
#   cookies before the handler runs, and Hono lets what is there already win. On every other request the
#   handler's cookie arrives.
# Meets: whoever has Hono with Clerk in front of another server, a Rust API say, in production. A visitor
#   who comes back after more than a minute comes by the handshake, so now and then a cart, a language or
#   the app's own session is lost.
# We: the gate adds Clerk's cookies to the finished answer, beside those that the handler has set.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for name in $(compgen -e | grep CLERK || true); do unset "$name"; done

echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund @clerk/hono@0.1.79 hono@4.13.19 @clerk/express@2.1.70 express@5.3.0

cat > kits.cjs <<'FILE'
const crypto = require('crypto');
const { Hono } = require('hono');
const { setCookie } = require('hono/cookie');

const now = Math.floor(Date.now() / 1000);
const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');
const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
const host = 'clerk.shop.example';
function token(claims) {
  const text = `${part({ alg: 'RS256', typ: 'JWT', kid: 'ins_a' })}.${part(claims)}`;
  return `${text}.${crypto.sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
}
const session = token({ iss: `https://${host}`, sub: 'user_a', sid: 'sess_a', iat: now - 5, nbf: now - 15, exp: now + 600, azp: 'https://shop.example' });
const handshake = token({ handshake: [`__session=${session}; Path=/; Secure`, `__client_uat=${now - 9}; Path=/; Secure`] });
const cookies = {
  'in between': `__session=${session}; __client_uat=${now - 9}`,
  'back from the handshake': `__clerk_handshake=${handshake}`,
};

const options = {
  secretKey: 'sk_live_made_up',
  publishableKey: `pk_live_${Buffer.from(`${host}$`).toString('base64').replace(/=+$/, '')}`,
  jwtKey: publicKey.export({ type: 'spki', format: 'pem' }),
  telemetry: { disabled: true },
};
const hono = new Hono();
hono.use('*', require('@clerk/hono').clerkMiddleware(options));
hono.get('/set', context => {
  setCookie(context, 'cart', '1');
  return context.text('');
});
hono.get('/own', () => new Response('', { headers: { 'set-cookie': 'cart=1' } }));
const express = require('express')();
express.use(require('@clerk/express').clerkMiddleware(options));
express.get('/', (_, answer) => answer.cookie('cart', '1').end());
const server = express.listen(0, '127.0.0.1', async () => {
  const kits = {
    express: headers => fetch(`http://127.0.0.1:${server.address().port}`, { headers }),
    'hono, setCookie': headers => hono.request('https://shop.example/set', { headers }),
    'hono, own Response': headers => hono.request('https://shop.example/own', { headers }),
  };
  for (const [kit, ask] of Object.entries(kits)) {
    for (const [when, cookie] of Object.entries(cookies)) {
      const answer = await ask({ cookie });
      const names = answer.headers.getSetCookie().map(line => line.split('=')[0]);
      console.log(`${kit}, ${when}: ${names.join(' ')}`);
    }
  }
  process.exit();
});
FILE

seen=$(node kits.cjs)

echo "@clerk/hono 0.1.79 on hono 4.13.19, @clerk/express 2.1.70"
echo "expected: cart in every line"
echo "seen:"
echo "$seen"
[ "$seen" = "express, in between: cart
express, back from the handshake: __session __client_uat cart
hono, setCookie, in between: cart
hono, setCookie, back from the handshake: __session __client_uat cart
hono, own Response, in between: cart
hono, own Response, back from the handshake: __session __client_uat" ] || { echo "changed"; exit 1; }
echo "as described"
