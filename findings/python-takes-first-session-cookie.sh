#!/usr/bin/env bash
# Two apps of two Clerk instances on one host name, as on localhost: 3000 and 3001 share their cookies.
#
# Expected: each back end takes the session cookie of its own instance. Clerk's cookies carry a
#   suffix, made from the publishable key, for exactly this; and RFC 6265 (4.2.2) says that servers
#   should not rely on the order of cookies.
# Happens: clerk-backend-api (Python) takes the first cookie whose name starts with __session. It is
#   never told the publishable key. If the other app's cookie is older, it comes first, and the
#   visitor is signed out with token-invalid-signature; in the other order all is well.
# Meets: whoever works on two Clerk projects in one browser and has a Python service in one of them.
#   The Rust app and the Next.js pages beside it go on working, so the keys get the blame.
# We: templates/clerk-auth/src/cookies/choice.rs chooses by suffix (tests/cookies.rs, first test).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for name in $(compgen -e | grep CLERK || true); do unset "$name"; done

echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund @clerk/backend@3.25.0
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check clerk-backend-api==7.0.0

cat > javascript.cjs <<'FILE'
const crypto = require('crypto');
const { createClerkClient } = require('@clerk/backend');

const now = Math.floor(Date.now() / 1000);
const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');
function instance(host) {
  const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publishableKey = `pk_test_${Buffer.from(`${host}$`).toString('base64').replace(/=+$/, '')}`;
  const hash = crypto.createHash('sha1').update(publishableKey).digest('base64');
  const claims = { iss: `https://${host}`, sub: 'user_a', sid: 'sess_a', iat: now - 5, nbf: now - 15, exp: now + 600, azp: 'http://localhost:3000' };
  const text = `${part({ alg: 'RS256', typ: 'JWT', kid: 'ins_a' })}.${part(claims)}`;
  return {
    publishableKey,
    suffix: hash.slice(0, 8).replaceAll('+', '-').replaceAll('/', '_'),
    pem: publicKey.export({ type: 'spki', format: 'pem' }),
    token: `${text}.${crypto.sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`,
  };
}
const ours = instance('brave-otter-7.clerk.accounts.dev');
const theirs = instance('calm-heron-3.clerk.accounts.dev');
const cookies = app => [`__session_${app.suffix}=${app.token}`, `__client_uat_${app.suffix}=1`, `__clerk_db_jwt_${app.suffix}=made_up`];
// The names without a suffix belong to whoever wrote last: here to us.
const shared = [`__session=${ours.token}`, '__client_uat=1', '__clerk_db_jwt=made_up'];
const orders = {
  'ours first': [...cookies(ours), ...shared, ...cookies(theirs)].join('; '),
  'theirs first': [...cookies(theirs), ...shared, ...cookies(ours)].join('; '),
};
require('fs').writeFileSync('input.json', JSON.stringify({ pem: ours.pem, orders }));

const clerk = createClerkClient({ secretKey: 'sk_test_made_up', publishableKey: ours.publishableKey, telemetry: { disabled: true } });
(async () => {
  for (const [order, cookie] of Object.entries(orders)) {
    const request = new Request('http://localhost:3000/', { headers: { cookie } });
    const state = await clerk.authenticateRequest(request, { jwtKey: ours.pem });
    console.log(`${order}: ${state.status} ${state.reason ?? '-'}`);
  }
})();
FILE
cat > python.py <<'FILE'
import json
from types import SimpleNamespace

from clerk_backend_api.security import AuthenticateRequestOptions, authenticate_request

given = json.load(open("input.json"))
for order, cookie in given["orders"].items():
    request = SimpleNamespace(headers={"cookie": cookie})
    state = authenticate_request(request, AuthenticateRequestOptions(jwt_key=given["pem"]))
    print(f"{order}: {state.status.value} {state.reason.value[0] if state.reason else '-'}")
FILE

javascript=$(node javascript.cjs)
python=$(python/bin/python python.py)

echo "@clerk/backend 3.25.0, clerk-backend-api 7.0.0"
echo "expected, and seen of @clerk/backend:"
echo "$javascript"
echo "seen of clerk-backend-api:"
echo "$python"
[ "$javascript" = "ours first: signed-in -
theirs first: signed-in -" ] || { echo "changed: @clerk/backend"; exit 1; }
[ "$python" = "ours first: signed-in -
theirs first: signed-out token-invalid-signature" ] || { echo "changed: clerk-backend-api"; exit 1; }
echo "as described"
