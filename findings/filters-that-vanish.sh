#!/usr/bin/env bash
# Two filters of @clerk/backend's lists: the connections that are not active, the users of no ids.
#
# Expected: getEnterpriseConnectionList({ active: false }) lists the inactive ones; its documentation
#   says so, and that leaving `active` out lists all. getUserList({ userId: [] }) finds nobody, or is
#   refused: a filter by an empty set.
# Happens: whatever is falsy is left out of the query, and an empty list adds nothing to it. Both
#   requests go out without any filter, so the answers hold all connections, and the first users of
#   the whole instance. Python's clerk-backend-api sends active=false.
# Meets: whoever lists "members of this project" by ids from a table of their own, on the first
#   project without any; and whoever looks for connections that are switched off.
# We: the apps read users one by one (get_user); `request` in templates/clerk-auth/src/backend takes
#   the query as pairs and drops none. An empty list of pairs asks for everybody there, too.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for name in $(compgen -e | grep CLERK || true); do unset "$name"; done

echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund @clerk/backend@3.25.0
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check clerk-backend-api==7.0.0

cat > list.cjs <<'FILE'
const { createServer } = require('http');
const { createClerkClient } = require('@clerk/backend');
const asked = [];
const api = createServer((request, answer) => {
  if (!request.url.includes('/count')) asked.push(request.url);
  answer.setHeader('content-type', 'application/json').end('{"data":[],"total_count":0}');
});
api.listen(0, '127.0.0.1', async () => {
  const clerk = createClerkClient({
    secretKey: 'sk_test_made_up',
    apiUrl: `http://127.0.0.1:${api.address().port}`,
    telemetry: { disabled: true },
  });
  await clerk.enterpriseConnections.getEnterpriseConnectionList({ active: true });
  await clerk.enterpriseConnections.getEnterpriseConnectionList({ active: false });
  await clerk.users.getUserList({ userId: ['user_a'] });
  await clerk.users.getUserList({ userId: [] });
  console.log(asked.join('\n'));
  api.closeAllConnections();
  api.close();
});
FILE
cat > list.py <<'FILE'
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

from clerk_backend_api import Clerk


class Api(BaseHTTPRequestHandler):
    def do_GET(self):
        print("active", *parse_qs(urlsplit(self.path).query).get("active", ["(not sent)"]))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"data":[],"total_count":0}')

    def log_message(self, *_):
        pass


api = HTTPServer(("127.0.0.1", 0), Api)
threading.Thread(target=api.serve_forever, daemon=True).start()
clerk = Clerk(bearer_auth="sk_test_made_up", server_url=f"http://127.0.0.1:{api.server_port}/v1")
clerk.enterprise_connections.list(active=False)
api.shutdown()
FILE

javascript=$(node list.cjs)
python=$(python/bin/python list.py)

echo "@clerk/backend 3.25.0, clerk-backend-api 7.0.0"
echo "asked for: active: true; active: false; userId: ['user_a']; userId: []"
echo "expected:  ?active=true; ?active=false; ?user_id=user_a; no request, or an error"
echo "seen:"
echo "$javascript"
echo "clerk-backend-api, active=False: $python"
[ "$javascript" = "/v1/enterprise_connections?active=true
/v1/enterprise_connections
/v1/users?user_id=user_a
/v1/users" ] || { echo "changed: @clerk/backend"; exit 1; }
[ "$python" = "active false" ] || { echo "changed: clerk-backend-api"; exit 1; }
echo "as described"
