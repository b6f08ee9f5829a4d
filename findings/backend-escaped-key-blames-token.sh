#!/usr/bin/env bash
# The public key of CLERK_JWT_KEY in one line, its line ends written as \n, in @clerk/backend.
#
# Expected: the key is read, or refused as a key that cannot be read. A PEM with \n is what is left of a quoted
#   line of a .env file wherever nobody takes the quotes off: in `docker run --env-file`, in the form of a
#   hosting service, in single quotes.
# Happens: the backslashes are passed over and the letters n kept as a part of the key. That imports without an
#   error, and every valid token is refused: "JWT signature is invalid". The same PEM with spaces in place of
#   line ends works. Python's clerk-backend-api names the key.
# Meets: whoever moves a working .env to a host. The message sends them to look at their tokens.
# We: `\n` is read as the end of a line (docs/env-files.md), and a key that cannot be read stops the start
#   with the variable's name.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for name in $(compgen -e | grep CLERK || true); do unset "$name"; done

echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund @clerk/backend@3.25.0
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check clerk-backend-api==7.0.0

cat > verify.mjs <<'FILE'
import { generateKeyPairSync, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { verifyToken } from '@clerk/backend';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = publicKey.export({ type: 'spki', format: 'pem' }).trim();
const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = Math.floor(Date.now() / 1000);
const signed = `${part({ alg: 'RS256', typ: 'JWT', kid: 'ins_1' })}.${part({
  sub: 'user_1', sid: 'sess_1', v: 2, iss: 'https://example-1.clerk.accounts.dev',
  iat: now, nbf: now - 10, exp: now + 600,
})}`;
const token = `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`;
const keys = {
  lines: pem,
  spaces: pem.replaceAll('\n', ' '),
  escaped: pem.replaceAll('\n', '\\n'),
};
writeFileSync('handed.json', JSON.stringify({ token, keys }));
for (const [spelling, jwtKey] of Object.entries(keys)) {
  const said = await verifyToken(token, { jwtKey }).then(claims => claims.sub, error => error.reason);
  console.log(`${spelling}: ${said}`);
}
FILE
cat > verify.py <<'FILE'
import json

from clerk_backend_api.security import verify_token
from clerk_backend_api.security.types import VerifyTokenOptions

handed = json.load(open("handed.json"))
for spelling, key in handed["keys"].items():
    try:
        print(f"{spelling}: {verify_token(handed['token'], VerifyTokenOptions(jwt_key=key))['sub']}")
    except Exception as error:
        print(f"{spelling}: {error}")
FILE

javascript=$(node verify.mjs)
python=$(python/bin/python verify.py)

echo "@clerk/backend 3.25.0, clerk-backend-api 7.0.0"
echo "one valid token, its key with line ends, with spaces, with \\n"
echo "expected: escaped: user_1, or a word about the key"
echo "seen, @clerk/backend:"
echo "$javascript"
echo "seen, clerk-backend-api:"
echo "$python"
[ "$javascript" = "lines: user_1
spaces: user_1
escaped: token-invalid-signature" ] || { echo "changed: @clerk/backend"; exit 1; }
[ "$python" = "lines: user_1
spaces: user_1
escaped: Failed to resolve JWK. Public Key is not in the proper format." ] || { echo "changed: clerk-backend-api"; exit 1; }
echo "as described"
