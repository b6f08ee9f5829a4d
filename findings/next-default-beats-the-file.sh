#!/usr/bin/env bash
# An origin that is set in .env, and a URL that refers to it with a default: ${APP_ORIGIN:-...}.
#
# Expected: the default is for when APP_ORIGIN is not set. So says POSIX of this syntax (shell command
#   language, 2.6.2, parameter expansion), and so dotenv-expand and python-dotenv read it.
# Happens: @next/env asks the environment of the process, then takes the default, and looks into the
#   file last. What the file sets never counts: the sign-in page is on localhost, in production too.
#   The same reference without a default is replaced by the file's value.
# Meets: whoever shares one .env between Next.js and a server. It looks right where the variable comes
#   from the environment, as in most deployments, and wrong where it comes from the file.
# We: the apps' reader (templates/clerk-auth/src/env_files) takes the file's value, as shells do. So an .env
#   for both readers must do without a default for what it sets itself; docs/env-files.md says so.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset APP_ORIGIN
for name in $(compgen -e | grep CLERK || true); do unset "$name"; done

echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund @next/env@16.4.6 dotenv@18.0.10 dotenv-expand@1000.0.0
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check python-dotenv==1.2.4

cat > .env <<'FILE'
APP_ORIGIN=https://app.example
CLERK_SIGN_IN_URL=${APP_ORIGIN:-http://localhost:3000}/sign-in
CLERK_SIGN_UP_URL=${APP_ORIGIN}/sign-up
FILE

cat > next.cjs <<'FILE'
const silent = { info() {}, error: console.error };
require('@next/env').loadEnvConfig(process.cwd(), true, silent);
console.log(process.env.CLERK_SIGN_IN_URL, process.env.CLERK_SIGN_UP_URL);
FILE
cat > expand.cjs <<'FILE'
const parsed = require('dotenv').parse(require('fs').readFileSync('.env'));
const all = require('dotenv-expand').expand({ parsed, processEnv: {} }).parsed;
console.log(all.CLERK_SIGN_IN_URL, all.CLERK_SIGN_UP_URL);
FILE

right="https://app.example/sign-in https://app.example/sign-up"
next=$(node next.cjs)
from_process=$(APP_ORIGIN=https://app.example node next.cjs)
expand=$(node expand.cjs)
python=$(python/bin/python -c '
from dotenv import dotenv_values
values = dotenv_values(".env")
print(values["CLERK_SIGN_IN_URL"], values["CLERK_SIGN_UP_URL"])')

echo "@next/env 16.4.6, dotenv-expand 1000.0.0, python-dotenv 1.2.4"
echo "expected:                   $right"
echo "dotenv-expand:              $expand"
echo "python-dotenv:              $python"
echo "@next/env, set outside too: $from_process"
echo "@next/env, set in the file: $next"
[ "$expand" = "$right" ] || { echo "changed: dotenv-expand"; exit 1; }
[ "$python" = "$right" ] || { echo "changed: python-dotenv"; exit 1; }
[ "$from_process" = "$right" ] || { echo "changed: @next/env with the variable outside"; exit 1; }
[ "$next" = "http://localhost:3000/sign-in https://app.example/sign-up" ] || { echo "changed: @next/env"; exit 1; }
echo "as described"
