#!/usr/bin/env bash
# A machine shows its token (mt_...) to a Python service, which asks Clerk's API whether it is valid.
#
# Expected: the token goes to m2m_tokens/verify in the field `token`. That is the one field the API
#   describes for it, and it is required; @clerk/backend sends it so, and so does the call m2m.verify_token
#   of the same Python package.
# Happens: verify_token() of clerk-backend-api, and authenticate_request() with it, send {"secret": ...} for
#   every kind of machine token. An API that goes by its description has no token to look at and answers
#   4xx; the kit makes token-invalid of that, so the machine gets the blame and not the request.
# Meets: whoever takes machine tokens in Python (accepts_token) next to a Next.js or a Rust service that
#   takes the very same tokens.
# We: templates/clerk-auth/src/backend/machine.rs names the field as the API does, for each kind
#   (tests/backend.rs, machine_tokens_are_checked_without_a_version_in_the_path).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for name in $(compgen -e | grep CLERK || true); do unset "$name"; done

echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund @clerk/backend@3.25.0
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check clerk-backend-api==7.0.0

# In place of Clerk's API, and as it is described: 200 for a body with `token`, else 422.
cat > api.py <<'FILE'
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

seen = []
machine = {
    "object": "machine_to_machine_token", "id": "mt_a", "subject": "mch_a", "scopes": [], "claims": None,
    "revoked": False, "revocation_reason": None, "expired": False, "expiration": None,
    "last_used_at": None, "created_at": 1, "updated_at": 1,
}


class Api(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        seen.append(",".join(body))
        self.send_response(200 if "token" in body else 422)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(machine if "token" in body else {"errors": []}).encode())

    def log_message(self, *_):
        pass


def start():
    api = HTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=api.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{api.server_port}"
FILE
cat > kits.py <<'FILE'
import subprocess

import api
from clerk_backend_api import Clerk
from clerk_backend_api.security import TokenVerificationError, VerifyTokenOptions, verify_token

url = api.start()


def tell(name, verify):
    try:
        result = verify()
    except TokenVerificationError as error:
        result = error.reason.value[0]
    print(f"{name}: sends {api.seen.pop()}, {result}")


options = VerifyTokenOptions(machine_secret_key="ak_made_up", api_url=url)
tell("@clerk/backend", lambda: subprocess.check_output(["node", "kit.cjs", url], text=True))
tell("clerk-backend-api, m2m.verify_token", lambda: Clerk(bearer_auth="ak_made_up", server_url=url).m2m.verify_token(token="mt_a").subject)
tell("clerk-backend-api, verify_token", lambda: verify_token("mt_a", options)["subject"])
FILE
cat > kit.cjs <<'FILE'
const { createClerkClient } = require('@clerk/backend');
const clerk = createClerkClient({ machineSecretKey: 'ak_made_up', apiUrl: process.argv[2], telemetry: { disabled: true } });
clerk.m2m.verify({ token: 'mt_a' }).then(machine => process.stdout.write(machine.subject));
FILE

seen=$(python/bin/python kits.py)

echo "@clerk/backend 3.25.0, clerk-backend-api 7.0.0"
echo "expected: sends token, mch_a"
echo "seen:"
echo "$seen"
[ "$seen" = "@clerk/backend: sends token, mch_a
clerk-backend-api, m2m.verify_token: sends token, mch_a
clerk-backend-api, verify_token: sends secret, token-invalid" ] || { echo "changed"; exit 1; }
echo "as described"
