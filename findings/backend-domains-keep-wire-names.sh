#!/usr/bin/env bash
# A verified domain of an organization, read with Clerk's package for servers.
#
# Expected: as its types say, and as for every other object of the API: an `OrganizationDomain` with
#   `organizationId`, `enrollmentMode`, `createdAt`.
# Happens: the package has that class and never makes one: domains are missing from the table by which it turns
#   answers into objects. They arrive as they were sent, so that `enrollment_mode` is there and every name that the
#   types know in camel case is undefined. TypeScript compiles it, and a comparison with "manual_invitation" is false.
# Meets: whoever lists, makes or changes an organization's domains on a server.
# We: the emulator answers domains as Clerk's description has them; our tests with the package read the names as sent.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund @clerk/backend@3.25.0

cat > ask.mjs <<'FILE'
import { createServer } from 'node:http';
import { createClerkClient } from '@clerk/backend';

const domain = {
  object: 'organization_domain', id: 'orgdmn_2mUXZzVGhVDmJUpjsVhNyvFnzpA',
  organization_id: 'org_2mUXZrSCmqM4JUuLKNgqkMBcWzd', name: 'orchard.example', enrollment_mode: 'manual_invitation',
  affiliation_email_address: null, verification: { status: 'verified', strategy: 'manual_override', attempts: null, expire_at: null },
  total_pending_invitations: 0, total_pending_suggestions: 0, created_at: 1717000000000, updated_at: 1717000000000,
};
const organization = {
  object: 'organization', id: domain.organization_id, name: 'Orchard', slug: 'orchard', created_at: 1717000000000,
  updated_at: 1717000000000, public_metadata: {}, max_allowed_memberships: 5, admin_delete_enabled: true,
};
const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  const body = request.url.includes('/domains') ? { data: [domain], total_count: 1 } : organization;
  response.end(JSON.stringify(body));
}).listen(0, '127.0.0.1', async () => {
  const apiUrl = `http://127.0.0.1:${server.address().port}`;
  const clerk = createClerkClient({ secretKey: 'sk_test_example', apiUrl });
  const { createdAt } = await clerk.organizations.getOrganization({ organizationId: organization.id });
  const { data: [seen] } = await clerk.organizations.getOrganizationDomainList({ organizationId: organization.id });
  console.log(`organization.createdAt ${createdAt}`);
  console.log(`domain.createdAt ${seen.createdAt}, domain.enrollmentMode ${seen.enrollmentMode}, domain.enrollment_mode ${seen.enrollment_mode}`);
  server.close();
});
FILE

node ask.mjs > seen.txt
echo "@clerk/backend 3.25.0"
echo "expected: domain.createdAt 1717000000000, domain.enrollmentMode manual_invitation"
echo "seen:"; cat seen.txt
cat > known.txt <<'FILE'
organization.createdAt 1717000000000
domain.createdAt undefined, domain.enrollmentMode undefined, domain.enrollment_mode manual_invitation
FILE
cmp -s seen.txt known.txt || { echo "changed"; exit 1; }
echo "as described"
