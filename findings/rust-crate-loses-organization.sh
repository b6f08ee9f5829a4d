#!/usr/bin/env bash
# The community crate clerk-rs, and a session token of version 2 with an active organization.
#
# Expected: ClerkJwt.org is Some: the field is there for the active organization, with has_role() and
#   has_permission(), and the release names Clerk's API version 2026-05-12 as its own.
# Happens: it is filled from the claims of version 1 alone (org_id, org_slug, org_role and
#   org_permissions, all of them). A token of version 2 has them packed in `o` and `fea`, so org is
#   None, without an error: every check of a role or permission refuses everybody. The claims are in
#   `other`, still packed.
# Meets: Rust apps on that crate, as soon as their instance gives out tokens of version 2.
# We: templates/clerk-auth/src/claims reads both versions. Whoever moves from that crate to a
#   generated app, or back, has to know that the same token means something else there.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

mkdir src
cat > Cargo.toml <<'FILE'
[package]
name = "organization"
version = "0.1.0"
edition = "2021"

[dependencies]
clerk-rs = { version = "=0.5.0", default-features = false }
serde_json = "1"

[workspace]
FILE
cat > src/main.rs <<'FILE'
use clerk_rs::validators::{authorizer::validate_jwt_with_key, jwks::JwksKey};

fn main() {
    let input: serde_json::Value = serde_json::from_reader(std::io::stdin()).unwrap();
    let key: JwksKey = serde_json::from_value(input["key"].clone()).unwrap();
    for version in ["version 1", "version 2"] {
        let jwt = validate_jwt_with_key(input[version].as_str().unwrap(), &key).unwrap();
        let org = jwt.org.map(|org| format!("{} {} {}", org.id, org.role, org.permissions.join(",")));
        println!("{version}: {}, organization {}", jwt.sub, org.unwrap_or("none".into()));
    }
}
FILE
cat > tokens.cjs <<'FILE'
const crypto = require('crypto');
const now = Math.floor(Date.now() / 1000);
const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');
const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
function token(more) {
  const claims = { iss: 'https://brave-otter-7.clerk.accounts.dev', sub: 'user_a', sid: 'sess_a', iat: now - 5, nbf: now - 15, exp: now + 600, azp: 'http://localhost:3000', ...more };
  const text = `${part({ alg: 'RS256', typ: 'JWT', kid: 'ins_a' })}.${part(claims)}`;
  return `${text}.${crypto.sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
}
console.log(JSON.stringify({
  key: { ...publicKey.export({ format: 'jwk' }), kid: 'ins_a', alg: 'RS256', use: 'sig' },
  'version 1': token({ org_id: 'org_a', org_slug: 'acme', org_role: 'org:admin', org_permissions: ['org:reports:read'] }),
  'version 2': token({ v: 2, fea: 'o:reports', o: { id: 'org_a', slg: 'acme', rol: 'admin', per: 'read', fpm: '1' } }),
}));
FILE

CARGO_TARGET_DIR=$work/target CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 cargo build --quiet --jobs 1
node tokens.cjs > tokens.json
seen=$(target/debug/organization < tokens.json)

echo "clerk-rs 0.5.0 (the community crate)"
echo "expected: the same organization twice"
echo "$seen"
[ "$seen" = "version 1: user_a, organization org_a org:admin org:reports:read
version 2: user_a, organization none" ] || { echo "changed: clerk-rs"; exit 1; }
echo "as described"
