#!/usr/bin/env bash
# One publishable key for two readers, the usual way: the front end's name refers to the server's.
#
# Expected: @clerk/testing understands the .env that Next.js and the Rust app understand. Its
#   clerkSetup() loads that file by itself, and looks for the key under the front end's name first.
#   Both readers replace the reference: @next/env does, and so does the app's reader.
# Happens: it loads the file with plain dotenv, which leaves references as they stand. clerkSetup()
#   succeeds all the same and sets CLERK_FAPI to the text "undefined"; the route that should add the
#   testing token then waits for a host of that name, and no sign-in of the test run gets the token.
# Meets: whoever tests a Rust app and its Next.js or Vite pages with Playwright and one .env.
# We: the app and `env list` replace references (templates/clerk-auth/src/env_files). Give the tests the key itself:
#   clerkSetup({ publishableKey }), or write it out under both names.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for name in $(compgen -e | grep CLERK || true); do unset "$name"; done

echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund @clerk/testing@2.2.36 @next/env@16.4.6

cat > .env <<'FILE'
CLERK_PUBLISHABLE_KEY=pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk
NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=${CLERK_PUBLISHABLE_KEY}
CLERK_TESTING_TOKEN=made_up_so_that_nobody_is_asked
FILE

cat > next.cjs <<'FILE'
const silent = { info() {}, error: console.error };
require('@next/env').loadEnvConfig(process.cwd(), true, silent);
console.log(process.env.NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY);
FILE

cat > kit.cjs <<'FILE'
const { clerkSetup, setupClerkTestingToken } = require('@clerk/testing/playwright');
(async () => {
  await clerkSetup();
  const routes = [];
  await setupClerkTestingToken({ context: { route: async pattern => routes.push(pattern) } });
  const request = 'https://brave-otter-7.clerk.accounts.dev/v1/client/sign_ins';
  const seen = `CLERK_FAPI=${process.env.CLERK_FAPI}, token added: ${routes[0].test(request)}`;
  require('fs').writeFileSync('kit.txt', seen);
})();
FILE

next=$(node next.cjs)
node kit.cjs > kit.log
kit=$(cat kit.txt)

echo "@clerk/testing 2.2.36, @next/env 16.4.6"
echo "@next/env reads: $next"
echo "expected:        CLERK_FAPI=brave-otter-7.clerk.accounts.dev, token added: true"
echo "seen:            $kit"
[ "$next" = pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk ] || { echo "changed: @next/env"; exit 1; }
[ "$kit" = "CLERK_FAPI=undefined, token added: false" ] || { echo "changed: @clerk/testing"; exit 1; }
echo "as described"
