// Clerk's other components on pages of a generated app: each is there, or the page says what is missing.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { launch, profile } from './browser.mjs';
import { clerk, signUp } from './person.mjs';
import { startDev, turn } from './start.mjs';

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

/** Opens the start page with these components on it, as its template might have them. */
async function open(page, ...names) {
  const nodes = names.map((name) => `<div class="component" aria-busy="true"><div data-clerk-mount="${name}"></div></div>`);
  await page.unroute(`${app.url}/`);
  await page.route(`${app.url}/`, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/<main>[^]*<\/main>/, `<main>${nodes.join('')}</main>`);
    await route.fulfill({ response, body });
  });
  await page.goto(`${app.url}/`);
  await page.waitForFunction(() => window.Clerk?.loaded);
}

const place = (page, name) => page.locator(`main [data-clerk-mount="${name}"]`);
const says = async (page, name, text) => {
  await place(page, name).locator(`p:has-text("${text}")`).waitFor();
  const outline = page.locator(`.component:has([data-clerk-mount="${name}"])`);
  assert.equal(await outline.getAttribute('aria-busy'), 'false', `nothing is waited for at ${name}`);
};

async function organizations(rules) {
  const body = `[organization_settings]\n${rules}\n`;
  const answer = await fetch(`${app.desk}/__emulator/seed`, { method: 'POST', body });
  assert.equal(answer.status, 200, await answer.text());
}

test('strangers read what is missing, and nothing throws', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  const forUsers = ['user-avatar', 'user-profile', 'organization-list', 'organization-profile', 'create-organization', 'api-keys'];
  await open(page, ...forUsers, 'pricing-table', 'waitlist', 'no-such-thing');
  for (const name of forUsers) await says(page, name, 'Sign in to see this.');
  await says(page, 'pricing-table', 'billing is switched off');
  await says(page, 'waitlist', 'There is no waitlist.');
  await says(page, 'no-such-thing', 'There is no component');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('organizations: made in the page, listed, and their profile', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await signUp(page, app, 'ada+clerk_test@example.com');
  await open(page, 'user-avatar', 'organization-profile', 'create-organization');
  await place(page, 'user-avatar').locator('.cl-userAvatarBox, .cl-avatarBox, img').first().waitFor();
  await says(page, 'organization-profile', 'Choose an organization first.');
  await place(page, 'create-organization').locator('input[name=name]').fill('Acme');
  await place(page, 'create-organization').locator('input[name=name]').press('Enter');
  await page.waitForFunction(() => window.Clerk?.organization?.name === 'Acme');
  // What was missing is there now, in the page as it is.
  await place(page, 'organization-profile').locator('.cl-organizationProfile-root, .cl-profilePage').first().waitFor();
  await open(page, 'organization-list', 'organization-profile');
  await place(page, 'organization-list').locator('text=Acme').first().waitFor();
  await place(page, 'organization-profile').locator('text=Acme').first().waitFor();
  await page.screenshot({ path: `${SHOTS}/components-organizations.png`, fullPage: true });
  const { width } = await place(page, 'organization-profile').boundingBox();
  assert.ok(width <= (await page.locator('main').boundingBox()).width, 'the profile stays in its column');

  await organizations('enabled = false');
  await open(page, 'organization-list', 'organization-profile', 'create-organization');
  for (const name of ['organization-list', 'organization-profile', 'create-organization'])
    await says(page, name, 'Organizations are switched off.');
  await organizations('enabled = true');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('API keys: of a user where users may have them, of an organization where those may', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await signUp(page, app, 'bob+clerk_test@example.com');
  await open(page, 'api-keys');
  await says(page, 'api-keys', 'API keys are switched off.');
  await turn(app, { user_api_keys: true });
  await open(page, 'api-keys');
  await place(page, 'api-keys').locator('text=Add new key').click();
  await place(page, 'api-keys').locator('input[name=name]').fill('laptop');
  await place(page, 'api-keys').locator('input[name=name]').press('Enter');
  await page.locator('text=Copy your "laptop" API Key now').waitFor();
  await page.screenshot({ path: `${SHOTS}/components-api-keys.png` });

  await clerk(page, async () => {
    const { id } = await window.Clerk.createOrganization({ name: 'Umbrella' });
    await window.Clerk.setActive({ organization: id });
  });
  await open(page, 'api-keys');
  await says(page, 'api-keys', 'API keys are switched off.');
  await turn(app, { user_api_keys: false });
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a waitlist where there is one', async () => {
  await turn(app, { sign_up_mode: 'waitlist' });
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  await open(page, 'waitlist');
  await place(page, 'waitlist').locator('input[name=emailAddress]').fill('eve@example.com');
  await place(page, 'waitlist').locator('input[name=emailAddress]').press('Enter');
  await place(page, 'waitlist').locator('text=Thanks for joining').waitFor();
  await turn(app, { sign_up_mode: 'public' });
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a table of prices where something is sold', async () => {
  const { context, troubles } = await profile(browser);
  const page = await context.newPage();
  // The emulator sells nothing.
  await page.route('**/v1/environment?**', async (route) => {
    const response = await route.fetch();
    const environment = await response.json();
    environment.commerce_settings.billing.user.enabled = true;
    await route.fulfill({ response, json: environment });
  });
  await open(page, 'pricing-table');
  await place(page, 'pricing-table').locator('*').first().waitFor({ state: 'attached' });
  assert.equal(await place(page, 'pricing-table').locator('p').count(), 0);
  assert.deepEqual(troubles, []);
  await context.close();
});
