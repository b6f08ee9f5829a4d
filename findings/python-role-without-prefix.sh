#!/usr/bin/env bash
# One session token, one question: which role has this user in the active organization?
#
# Expected: "org:admin", from every kit of Clerk's: roles are written so in the dashboard, in has()
#   and in the tokens of version 1. Version 2 of the token leaves the prefix out to save room (`rol`),
#   and its readers put it back.
# Happens: @clerk/backend puts it back, clerk-backend-api (Python) hands on the bare "admin". It does
#   build permissions with the prefix. And to_auth() is of another class: what was auth.user_id with
#   version 1 is auth.sub with version 2, and auth.user_id an AttributeError.
# Meets: a Python service that compares org_role with "org:admin", from the day on which the instance
#   is switched to version 2; until then the same code was right.
# We: templates/clerk-auth/src/claims puts the prefix on, whatever the version
#   (conformance_claims.rs); the fields have the same names for both.
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
function token(more) {
  const claims = { iss: `https://${host}`, sub: 'user_a', sid: 'sess_a', iat: now - 5, nbf: now - 15, exp: now + 600, azp: 'http://localhost:3000', ...more };
  const text = `${part({ alg: 'RS256', typ: 'JWT', kid: 'ins_a' })}.${part(claims)}`;
  return `${text}.${crypto.sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
}
const tokens = {
  'version 1': token({ org_id: 'org_a', org_slug: 'acme', org_role: 'org:admin', org_permissions: ['org:reports:read'] }),
  'version 2': token({ v: 2, fea: 'o:reports', o: { id: 'org_a', slg: 'acme', rol: 'admin', per: 'read', fpm: '1' } }),
};
require('fs').writeFileSync('input.json', JSON.stringify({ pem, tokens }));

const publishableKey = `pk_test_${Buffer.from(`${host}$`).toString('base64')}`;
const clerk = createClerkClient({ secretKey: 'sk_test_made_up', publishableKey, telemetry: { disabled: true } });
(async () => {
  for (const [name, bearer] of Object.entries(tokens)) {
    const request = new Request('http://localhost:3000/', { headers: { authorization: `Bearer ${bearer}` } });
    const auth = (await clerk.authenticateRequest(request, { jwtKey: pem })).toAuth();
    console.log(`${name}: role ${auth.orgRole}, permission ${auth.orgPermissions}, user ${auth.userId}`);
  }
})();
FILE
cat > python.py <<'FILE'
import json
from types import SimpleNamespace

from clerk_backend_api.security import AuthenticateRequestOptions, authenticate_request

given = json.load(open("input.json"))
for name, token in given["tokens"].items():
    request = SimpleNamespace(headers={"Authorization": f"Bearer {token}"})
    auth = authenticate_request(request, AuthenticateRequestOptions(jwt_key=given["pem"])).to_auth()
    user = getattr(auth, "user_id", "(no such attribute)")
    print(f"{name}: role {auth.org_role}, permission {','.join(auth.org_permissions)}, user {user}")
FILE

javascript=$(node javascript.cjs)
python=$(python/bin/python python.py)

echo "@clerk/backend 3.25.0, clerk-backend-api 7.0.0"
echo "expected, and seen of @clerk/backend:"
echo "$javascript"
echo "seen of clerk-backend-api:"
echo "$python"
[ "$javascript" = "version 1: role org:admin, permission org:reports:read, user user_a
version 2: role org:admin, permission org:reports:read, user user_a" ] || { echo "changed: @clerk/backend"; exit 1; }
[ "$python" = "version 1: role org:admin, permission org:reports:read, user user_a
version 2: role admin, permission org:reports:read, user (no such attribute)" ] || { echo "changed: clerk-backend-api"; exit 1; }
echo "as described"
