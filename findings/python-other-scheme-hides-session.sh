#!/usr/bin/env bash
# A site behind HTTP Basic authentication, as for staging. The browser sends two credentials with each
# request: Authorization: Basic for the web server in front, and Clerk's session cookie for the app.
#
# Expected: they do not get into each other's way. The scheme says whose credential it is (RFC 9110,
#   11.4); @clerk/backend leaves every scheme but Bearer alone and takes the cookie.
# Happens: clerk-backend-api (Python) takes the header's whole value for the token, whatever the scheme,
#   and never looks at the cookie: token-invalid, everybody is signed out. Without the header, or
#   without the password in front, all is well.
# Meets: whoever has a Python service beside Next.js or Rust pages: on staging alone it refuses everybody,
#   while the pages that call it are signed in.
# We: templates/clerk-auth/src/authenticate/request.rs leaves other schemes alone. Elsewhere, take the
#   header off in the server that has checked the password.
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
const cookie = `__session=${token}; __client_uat=1; __clerk_db_jwt=made_up`;
const requests = {
  'cookie alone': { cookie },
  'cookie and Basic': { cookie, Authorization: `Basic ${Buffer.from('staging:made_up').toString('base64')}` },
};
require('fs').writeFileSync('input.json', JSON.stringify({ pem, requests }));

const publishableKey = `pk_test_${Buffer.from(`${host}$`).toString('base64')}`;
const clerk = createClerkClient({ secretKey: 'sk_test_made_up', publishableKey, telemetry: { disabled: true } });
(async () => {
  for (const [name, headers] of Object.entries(requests)) {
    const state = await clerk.authenticateRequest(new Request('http://localhost:3000/', { headers }), { jwtKey: pem });
    console.log(`${name}: ${state.status} ${state.reason ?? '-'}`);
  }
})();
FILE
cat > python.py <<'FILE'
import json
from types import SimpleNamespace

from clerk_backend_api.security import AuthenticateRequestOptions, authenticate_request

given = json.load(open("input.json"))
for name, headers in given["requests"].items():
    state = authenticate_request(SimpleNamespace(headers=headers), AuthenticateRequestOptions(jwt_key=given["pem"]))
    print(f"{name}: {state.status.value} {state.reason.value[0] if state.reason else '-'}")
FILE

javascript=$(node javascript.cjs)
python=$(python/bin/python python.py)

echo "@clerk/backend 3.25.0, clerk-backend-api 7.0.0"
echo "expected, and seen of @clerk/backend:"
echo "$javascript"
echo "seen of clerk-backend-api:"
echo "$python"
[ "$javascript" = "cookie alone: signed-in -
cookie and Basic: signed-in -" ] || { echo "changed: @clerk/backend"; exit 1; }
[ "$python" = "cookie alone: signed-in -
cookie and Basic: signed-out token-invalid" ] || { echo "changed: clerk-backend-api"; exit 1; }
echo "as described"
