// Organizations in a project that was generated with them: made, filled, entered and left, as two people do it.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { launch, profile } from './browser.mjs';
import { clerk, signUp } from './person.mjs';
import { startDev } from './start.mjs';

const SHOTS = process.env.SHOTS ?? 'screenshots';
mkdirSync(SHOTS, { recursive: true });

let browser, app;
before(async () => {
  app = await startDev();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await app?.stop();
});

const shot = (page, name) => page.screenshot({ path: `${SHOTS}/orgs-${name}.png` });
const active = (page, name) => page.waitForFunction(
  (name) => window.Clerk?.session && (window.Clerk.organization?.name ?? null) === name,
  name,
);
/** The claim of the token that the page holds now. */
const claim = (page) => clerk(page, async () => {
  const token = await window.Clerk.session.getToken();
  return JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).o ?? null;
});

test('make, invite, join, switch, change a role, leave, delete', async () => {
  const ada = await profile(browser);
  const page = await ada.context.newPage();
  await signUp(page, app, 'ada+clerk_test@example.com');
  await page.goto(`${app.url}/dashboard`);
  await page.click('.cl-organizationSwitcherTrigger');
  await page.click('.cl-organizationSwitcherPopoverActionButton__createOrganization');
  await page.fill('input[name=name]', 'Acme');
  await page.press('input[name=name]', 'Enter');
  await active(page, 'Acme');
  await page.waitForSelector('textarea, input[type=email], [data-testid="tag-input"]');
  await shot(page, 'invite');
  await page.locator('[data-testid="tag-input"]').pressSequentially('bob+clerk_test@example.com,');
  await page.click('button:has-text("Send invitations")');
  await page.waitForSelector('text=Invitations successfully sent');
  await page.keyboard.press('Escape');
  const { id, rol } = await claim(page);
  assert.equal(rol, 'admin');

  const bob = await profile(browser);
  const other = await bob.context.newPage();
  await signUp(other, app, 'bob+clerk_test@example.com');
  await other.goto(`${app.url}/dashboard`);
  await other.click('.cl-organizationSwitcherTrigger');
  await other.click('.cl-organizationSwitcherInvitationAcceptButton, button:has-text("Join")');
  await other.waitForFunction(() => window.Clerk.user.organizationMemberships.length === 1);
  await other.reload();
  await other.click('.cl-organizationSwitcherTrigger');
  await other.click('.cl-organizationSwitcherPreviewButton:has-text("Acme")');
  // The server makes the page again, for Acme.
  await other.locator('main td', { hasText: '"slg":"acme"' }).waitFor();
  await active(other, 'Acme');
  assert.deepEqual(await claim(other), { id, slg: 'acme', rol: 'member' });
  await other.reload();
  await active(other, 'Acme');

  await page.reload();
  await active(page, 'Acme');
  await page.click('.cl-organizationSwitcherTrigger');
  await page.click('.cl-organizationSwitcherPopoverActionButton__manageOrganization');
  await page.click('.cl-navbarButton__members, button:has-text("Members")');
  await page.locator('text=bob+clerk_test@example.com').first().waitFor();
  await shot(page, 'members');
  await page.keyboard.press('Escape');
  const roles = await clerk(page, async () => {
    const organization = window.Clerk.organization;
    const { data } = await organization.getMemberships();
    const bob = data.find((one) => one.publicUserData.identifier.startsWith('bob'));
    await bob.update({ role: 'org:admin' });
    const { data: roles } = await organization.getRoles();
    return roles.map((role) => role.key).sort();
  });
  assert.deepEqual(roles, ['org:admin', 'org:member']);
  await clerk(other, () => window.Clerk.session.reload());
  // While Clerk takes the new session in, there is no user for a moment.
  await other.waitForFunction(() => window.Clerk.user?.organizationMemberships[0].role === 'org:admin');

  await clerk(page, () => window.Clerk.user.leaveOrganization(window.Clerk.organization.id));
  await page.reload();
  await active(page, null);
  assert.equal(await claim(page), null);
  await clerk(other, () => window.Clerk.organization.destroy());
  await other.reload();
  await active(other, null);
  assert.equal(await clerk(other, () => window.Clerk.user.organizationMemberships.length), 0);
  assert.deepEqual([...ada.troubles, ...bob.troubles], []);
  await ada.context.close();
  await bob.context.close();
});
