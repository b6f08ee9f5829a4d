// What a person does on the pages of a generated app.
export const PASSWORD = 'correct horse battery';
// By key: a hint that appears under a field moves the button away from under a slow mouse.
export const submit = (page) => page.press('button.cl-formButtonPrimary', 'Enter');

export async function signUp(page, app, address) {
  await page.goto(`${app.url}/sign-up`);
  await page.fill('input[name=emailAddress]', address);
  await page.fill('input[name=password]', PASSWORD);
  await submit(page);
  await page.locator('input[autocomplete="one-time-code"]').first().pressSequentially('424242');
  await page.waitForURL((url) => !/sign-up/.test(url.pathname));
  await page.waitForFunction(() => window.Clerk?.session);
}

export async function signIn(page, address, password = PASSWORD) {
  await page.fill('input[name=identifier]', address);
  await submit(page);
  await page.fill('input[name=password]', password);
  await submit(page);
}
