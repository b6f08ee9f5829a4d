// Makes the README's pictures from a real run: Clerk's form to sign up and the dashboard of the new user, side by side, and the
// emulator's page.
// `tests/browser/run --picture`
import assert from 'node:assert/strict';

import { launch, profile } from './browser.mjs';
import { signUp } from './person.mjs';
import { SECRET, startDev } from './start.mjs';

const size = { width: 860, height: 620 };
/** Two of these fit a page of a repository. */
const shown = 645;
const app = await startDev();
const make = async (path, body) => {
  const headers = { Authorization: `Bearer ${SECRET}`, 'Content-Type': 'application/json' };
  const answer = await fetch(`${app.server}/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
};
const browser = await launch();
try {
  const { context } = await profile(browser, { viewport: size });
  const page = await context.newPage();
  const shot = async () => `data:image/png;base64,${(await page.screenshot({ animations: 'disabled' })).toString('base64')}`;
  await page.goto(`${app.url}/sign-up`);
  await page.waitForSelector('button.cl-formButtonPrimary');
  await page.waitForLoadState('networkidle');
  const form = await shot();
  await signUp(page, app, 'ada+clerk_test@example.com');
  await page.evaluate(() => window.Clerk.user.update({ firstName: 'Ada', lastName: 'Lovelace' }));
  await page.goto(`${app.url}/dashboard`);
  await page.waitForSelector('.cl-userButtonTrigger img');
  await page.waitForLoadState('networkidle');
  const dashboard = await shot();
  await page.setViewportSize({ width: 2 * shown + 15, height: (size.height * shown) / size.width });
  await page.setContent(`<body style="display:flex;gap:15px;margin:0;background:#dedfd8">
    <img width="${shown}" src="${form}"><img width="${shown}" src="${dashboard}">`);
  await page.screenshot({ path: '../../docs/images/sign-up-and-dashboard.png' });

  const grace = await make('users', { email_address: ['grace@example.com'], first_name: 'Grace', last_name: 'Hopper', skip_password_requirement: true });
  await make('organizations', { name: 'Acme', slug: 'acme', created_by: grace.id });
  await page.setViewportSize({ width: 1300, height: 940 });
  await page.goto(app.desk);
  await page.screenshot({ path: '../../docs/images/emulator.png' });
} finally {
  await browser.close();
  await app.stop();
}
