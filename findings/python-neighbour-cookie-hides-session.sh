#!/usr/bin/env bash
# A cookie of the app's own stands in front of Clerk's session cookie.
#
# Expected: it does not matter to the sign-in. A cookie may be called `path` (RFC 6265, 4.1.1: any
#   token), and a browser stores and sends `theme={"mode":"dark"}` as a script wrote it (5.2).
# Happens: clerk-backend-api (Python) reads the header with http.cookies.SimpleCookie, the class for
#   Set-Cookie lines: a name that is an attribute there, or a quote within a value, ends the reading
#   without an error. Nothing behind it is seen: signed out, session-token-missing, although the
#   browser sends the session. Behind the session cookie the same cookie does no harm.
# Meets: a Python service beside a front end that keeps a setting in a cookie as JSON.
# We: templates/clerk-auth/src/cookies splits at `;` and `=` alone, as the JavaScript kit does
#   (conformance_keys.rs holds recorded headers).
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
const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = publicKey.export({ type: 'spki', format: 'pem' });
const host = 'brave-otter-7.clerk.accounts.dev';
const claims = { iss: `https://${host}`, sub: 'user_a', sid: 'sess_a', iat: now - 5, nbf: now - 15, exp: now + 600, azp: 'http://localhost:3000' };
const text = `${part({ alg: 'RS256', typ: 'JWT', kid: 'ins_a' })}.${part(claims)}`;
const token = `${text}.${crypto.sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
const session = `__session=${token}; __client_uat=1; __clerk_db_jwt=made_up`;
const headers = {
  alone: session,
  'behind path=/reports': `path=/reports; ${session}`,
  'behind theme={"mode":"dark"}': `theme={"mode":"dark"}; ${session}`,
  'before theme={"mode":"dark"}': `${session}; theme={"mode":"dark"}`,
};
require('fs').writeFileSync('input.json', JSON.stringify({ pem, headers }));

const publishableKey = `pk_test_${Buffer.from(`${host}$`).toString('base64')}`;
const clerk = createClerkClient({ secretKey: 'sk_test_made_up', publishableKey, telemetry: { disabled: true } });
(async () => {
  for (const [name, cookie] of Object.entries(headers)) {
    const request = new Request('http://localhost:3000/', { headers: { cookie } });
    const state = await clerk.authenticateRequest(request, { jwtKey: pem });
    console.log(`${name}: ${state.status} ${state.reason ?? '-'}`);
  }
})();
FILE
cat > python.py <<'FILE'
import json
from types import SimpleNamespace

from clerk_backend_api.security import AuthenticateRequestOptions, authenticate_request

given = json.load(open("input.json"))
for name, cookie in given["headers"].items():
    request = SimpleNamespace(headers={"cookie": cookie})
    state = authenticate_request(request, AuthenticateRequestOptions(jwt_key=given["pem"]))
    print(f"{name}: {state.status.value} {state.reason.value[0] if state.reason else '-'}")
FILE

javascript=$(node javascript.cjs)
python=$(python/bin/python python.py)

echo "@clerk/backend 3.25.0, clerk-backend-api 7.0.0, $(python/bin/python --version)"
echo "expected, and seen of @clerk/backend:"
echo "$javascript"
echo "seen of clerk-backend-api:"
echo "$python"
[ "$javascript" = 'alone: signed-in -
behind path=/reports: signed-in -
behind theme={"mode":"dark"}: signed-in -
before theme={"mode":"dark"}: signed-in -' ] || { echo "changed: @clerk/backend"; exit 1; }
[ "$python" = 'alone: signed-in -
behind path=/reports: signed-out session-token-missing
behind theme={"mode":"dark"}: signed-out session-token-missing
before theme={"mode":"dark"}: signed-in -' ] || { echo "changed: clerk-backend-api"; exit 1; }
echo "as described"
