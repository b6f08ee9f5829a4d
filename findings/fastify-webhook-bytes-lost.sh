#!/usr/bin/env bash
# One signed webhook, delivered to Clerk's kits: does verifyWebhook() recognise the signature?
#
# Expected: yes, whatever the JSON looks like. The signature is over the bytes that were sent, and svix
#   asks for the raw body; the kits for Hono and for Express (with express.raw) check just that.
# Happens: @clerk/fastify checks what JSON.stringify makes of the parsed body. That is the same text for
#   most events, so it works when it is tried; but not for "\u0026", as Go and others write "&" in JSON,
#   not for 10.0, nor for a whole number beyond 2^53. Such a delivery is refused at every retry. The usual
#   way out, a parser that keeps the body as text, makes it worse: the text is quoted once more, and no
#   delivery passes.
# Meets: whoever takes the handler of Clerk's guide for Fastify. Single users never reach the database, by
#   what is in their metadata.
# We: templates/webhooks-axum takes the body as bytes, and `verify` in templates/clerk-auth/src/webhooks.rs
#   reads it as JSON only after the signature has been checked.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for name in $(compgen -e | grep CLERK || true); do unset "$name"; done

echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund @clerk/fastify@3.1.79 fastify@5.12.8 @clerk/hono@0.1.79 hono@4.13.19 \
  @clerk/express@2.1.70 express@5.3.0 svix@2.5.0

cat > deliveries.cjs <<'FILE'
const express = require('express');
const Fastify = require('fastify');
const { Hono } = require('hono');
const { Webhook } = require('svix');

const options = { signingSecret: `whsec_${Buffer.from('made up for this finding').toString('base64')}` };
const event = data => `{"data":{"id":"user_a",${data}},"object":"event","type":"user.updated"}`;
const bodies = {
  '"a&b"': event('"image_url":"https://img.example/?a&b"'),
  '"a\\u0026b"': event('"image_url":"https://img.example/?a\\u0026b"'),
  '10.0': event('"public_metadata":{"price":10.0}'),
  '123456789012345678': event('"public_metadata":{"chat_id":123456789012345678}'),
};

const kits = {};
const hono = new Hono();
hono.post('/', async context => {
  await require('@clerk/hono/webhooks').verifyWebhook(context, options);
  return context.text('');
});
hono.onError((_, context) => context.text('', 400));
kits.hono = async (headers, body) => (await hono.request('/', { method: 'POST', headers, body })).status;

function fastify(prepare) {
  const app = Fastify();
  prepare(app);
  app.post('/', async (request, reply) => {
    await require('@clerk/fastify/webhooks').verifyWebhook(request, options).catch(() => void reply.code(400));
    return '';
  });
  return async (headers, payload) => (await app.inject({ method: 'POST', url: '/', headers, payload })).statusCode;
}
kits.fastify = fastify(() => {});
kits['fastify, body as text'] = fastify(app =>
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, done) => done(null, body)));

const app = express();
app.post('/', express.raw({ type: 'application/json' }), async (request, answer) => {
  await require('@clerk/express/webhooks').verifyWebhook(request, options).catch(() => answer.status(400));
  answer.end();
});
const server = app.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  kits.express = async (headers, body) => (await fetch(url, { method: 'POST', headers, body })).status;
  for (const [kit, deliver] of Object.entries(kits)) {
    const statuses = [];
    for (const body of Object.values(bodies)) {
      const now = new Date();
      statuses.push(await deliver({
        'content-type': 'application/json',
        'svix-id': 'msg_a',
        'svix-timestamp': String(Math.floor(now / 1000)),
        'svix-signature': new Webhook(options.signingSecret).sign('msg_a', now, body),
      }, body));
    }
    console.log(`${kit}: ${statuses.join(' ')}`);
  }
  process.exit();
});
FILE

seen=$(node deliveries.cjs)

echo "@clerk/fastify 3.1.79, @clerk/hono 0.1.79, @clerk/express 2.1.70, signed by svix 2.5.0"
echo 'delivered: "a&b", "a\u0026b", 10.0, 123456789012345678, each within an event'
echo "expected:  200 200 200 200 from each"
echo "seen:"
echo "$seen"
[ "$seen" = "hono: 200 200 200 200
fastify: 200 400 400 400
fastify, body as text: 400 400 400 400
express: 200 200 200 200" ] || { echo "changed"; exit 1; }
echo "as described"
