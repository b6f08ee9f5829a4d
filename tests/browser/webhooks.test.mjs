// A sign-up reaches the route of a project that was generated with webhooks, verified, without a step of anybody's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, profile } from './browser.mjs';
import { signUp } from './person.mjs';
import { startDev } from './start.mjs';

let browser, app;
before(async () => {
  app = await startDev();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await app?.stop();
});

test('the app hears of a sign-up', async () => {
  const ada = await profile(browser);
  const page = await ada.context.newPage();
  await signUp(page, app, 'ada+clerk_test@example.com');
  const users = await fetch(`${app.desk}/__emulator/state`).then((answer) => answer.json());
  const heard = `user.created: "${users.users[0].id}"`;
  for (let tries = 0; !app.log().includes(heard) && tries < 100; tries += 1) {
    await page.waitForTimeout(100);
  }
  assert.ok(app.log().includes(heard), app.log());
  const { deliveries } = await fetch(`${app.desk}/__emulator/deliveries`).then((answer) => answer.json());
  assert.ok(deliveries.length >= 3, 'the mail, the user and the session');
  for (const { type, status, answer } of deliveries) {
    assert.deepEqual({ type, status, answer }, { type, status: 'delivered', answer: 204 });
  }
});
