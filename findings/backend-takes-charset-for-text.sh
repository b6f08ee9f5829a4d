#!/usr/bin/env bash
# Clerk's Backend API answers through something that writes its own Content-Type: a gateway, or the server
# that stands in for the API in a test.
#
# Expected: "application/json; charset=utf-8" is JSON. A media type may have parameters (RFC 9110, 8.3.1),
#   and Express writes this one on every res.json(). Python's clerk-backend-api reads it so.
# Happens: @clerk/backend compares the whole header with "application/json". Anything else is text, and is
#   handed out as the result: getUser() returns a string, whose `id` is undefined, getUserList() has as
#   many `data` as the text has characters, and an error has lost its codes. Nothing is thrown or logged.
# Meets: whoever sets CLERK_API_URL to a mock, a recording proxy or a company's gateway.
# We: the emulator's Backend API writes the bare "application/json", so that @clerk/backend can be used with
#   it, and the client in templates/clerk-auth/src/backend reads the body whatever its type is called.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for name in $(compgen -e | grep CLERK || true); do unset "$name"; done

echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund @clerk/backend@3.25.0 express@5.3.0
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check clerk-backend-api==7.0.0

cat > kit.py <<'FILE'
import sys

from clerk_backend_api import Clerk

with Clerk(bearer_auth="sk_test_made_up", server_url=sys.argv[1] + "/v1") as clerk:
    print(f"clerk-backend-api: get_jwks {clerk.jwks.get_jwks().keys[0].kid}")
FILE
cat > kits.cjs <<'FILE'
const { execFile } = require('child_process');
const { createClerkClient } = require('@clerk/backend');

const user = { object: 'user', id: 'user_a', email_addresses: [], phone_numbers: [], web3_wallets: [], external_accounts: [] };
const answers = {
  '/v1/users/user_a': user,
  '/v1/users': [user],
  '/v1/users/count': { object: 'total_count', total_count: 1 },
  '/v1/jwks': { keys: [{ use: 'sig', kty: 'RSA', kid: 'ins_a', alg: 'RS256', n: 'made_up', e: 'AQAB' }] },
};

// In place of Clerk's API. Express writes "application/json; charset=utf-8" of its own accord.
let bare = true;
const api = require('express')();
api.use((request, answer) => {
  const body = answers[request.path] ?? { errors: [{ code: 'resource_not_found', message: 'not found' }] };
  answer.status(request.path in answers ? 200 : 404);
  if (bare) answer.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  else answer.json(body);
});
const server = api.listen(0, '127.0.0.1', async () => {
  const apiUrl = `http://127.0.0.1:${server.address().port}`;
  const clerk = createClerkClient({ secretKey: 'sk_test_made_up', apiUrl, telemetry: { disabled: true } });
  for (bare of [true, false]) {
    const one = await clerk.users.getUser('user_a');
    const all = await clerk.users.getUserList();
    const error = await clerk.users.getUser('user_b').catch(error => error);
    console.log(`${bare ? 'bare' : 'with charset'}: ${typeof one} ${one.id}; ${typeof all.data} of length ${all.data.length}; ${error.status} ${error.errors[0]?.code}`);
  }
  execFile('python/bin/python', ['kit.py', apiUrl], (error, output) => {
    process.stdout.write(error ? `${error}` : output);
    process.exit();
  });
});
FILE

seen=$(node kits.cjs)

echo "@clerk/backend 3.25.0, clerk-backend-api 7.0.0"
echo "getUser, getUserList, and the error of getUser; the stand-in has one user"
echo "expected: the same with charset as without"
echo "seen:"
echo "$seen"
[ "$seen" = "bare: object user_a; object of length 1; 404 resource_not_found
with charset: string undefined; string of length 114; 404 undefined
clerk-backend-api: get_jwks ins_a" ] || { echo "changed"; exit 1; }
echo "as described"
