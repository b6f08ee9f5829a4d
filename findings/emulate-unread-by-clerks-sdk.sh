#!/usr/bin/env bash
# Another emulator's Clerk service, asked by Clerk's own package for servers.
#
# Expected: `emulate` stands in for the Backend API, so @clerk/backend lists the seeded user, with an
#   id and the day on which the user was made.
# Happens: three things differ from Clerk's own answers. The content type is "application/json; charset=UTF-8",
#   which the package takes for text; `GET /v1/users` is an object with `data`, where Clerk answers an array;
#   and times are in seconds, where Clerk counts milliseconds. The first is enough: a user that was created has
#   no id, and nothing fails until the id is used. Without it the times would be days of January 1970.
# Meets: whoever takes that emulator for the tests of a server with Clerk's package, or reads its answers.
# We: our emulator answers exactly `application/json`, arrays where Clerk has them, and milliseconds; each
#   answer that a test sees is held against Clerk's published description.
set -euo pipefail

work=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
server=
cd "$work"

echo '{"private":true}' > package.json
# It needs a newer Node than many systems have.
npm install --silent --no-audit --no-fund emulate@0.12.2 node@24.21.0 @clerk/backend@3.25.0

cat > seed.yaml <<'FILE'
clerk:
  users:
    - first_name: Ada
      last_name: Lovelace
      email_addresses: [ada@example.com]
FILE

cat > ask.mjs <<'FILE'
import { createClerkClient } from '@clerk/backend';
const apiUrl = process.argv[2];
const clerk = createClerkClient({ secretKey: 'sk_test_example', apiUrl });
const answer = await fetch(`${apiUrl}/v1/users`, { headers: { authorization: 'Bearer sk_test_example' } });
const body = await answer.json();
const user = (body.data ?? body)[0];
console.log(`content type: ${answer.headers.get('content-type')}`);
console.log(`GET /v1/users is an array: ${Array.isArray(body)}`);
console.log(`its created_at in this century: ${new Date(user.created_at).getUTCFullYear() > 2000}`);
const made = await clerk.users.createUser({ emailAddress: ['grace@example.com'], skipPasswordRequirement: true });
console.log(`id of a user made with the package: ${typeof made.id}`);
FILE

node=node_modules/node/bin/node
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$node" node_modules/emulate/dist/index.js start --service clerk --seed seed.yaml --port "$port" > server.log &
server=$!
for _ in $(seq 100); do
  if curl -s -o /dev/null "http://127.0.0.1:$port/"; then break; fi
  sleep 0.1
done

cat > expected.txt <<'FILE'
content type: application/json
GET /v1/users is an array: true
its created_at in this century: true
id of a user made with the package: string
FILE
cat > known.txt <<'FILE'
content type: application/json; charset=UTF-8
GET /v1/users is an array: false
its created_at in this century: false
id of a user made with the package: undefined
FILE

"$node" ask.mjs "http://127.0.0.1:$port" > seen.txt
echo "emulate 0.12.2, @clerk/backend 3.25.0"
echo "expected:"; cat expected.txt
echo "seen:"; cat seen.txt
cmp -s seen.txt known.txt || { echo "changed"; exit 1; }
echo "as described"
