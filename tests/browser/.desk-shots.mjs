import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync, mkdirSync } from 'node:fs';
import { launch, profile } from './browser.mjs';
const dir = mkdtempSync('/tmp/deskshot-');
mkdirSync(`${dir}/src`);
writeFileSync(`${dir}/Cargo.toml`, '[package]\nname = "orchard"\n');
writeFileSync(`${dir}/.env`, 'CLERK_PUBLISHABLE_KEY=pk_test_ZW11bGF0b3ItMDEyMzQ1NjcubG9jYWxob3N0LmNsZXJrLmFjY291bnRzLmRldiQ\nCLERK_SECRET_KEY=sk_test_0123456789abcdefghijABCDEFGHIJ0123456789\n');
const child = spawn(process.env.BIN, ['emulator', '--port', '0', '--backend-port', '0', '--offline', '--json', '--quiet'], { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] });
const first = await new Promise((done) => { let t = ''; child.stdout.on('data', (d) => { t += d; if (t.includes('\n')) done(JSON.parse(t.split('\n')[0])); }); });
const { url, backend_url } = first.emulator;
const browser = await launch();
const shot = async (name) => {
  for (const width of [390, 1280]) for (const colorScheme of ['light', 'dark']) {
    const { context, troubles } = await profile(browser, { viewport: { width, height: 900 }, colorScheme });
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForTimeout(300);
    await page.screenshot({ path: `/tmp/deskshots/${name}-${width}-${colorScheme}.png`, fullPage: true }); await page.screenshot({ path: `/tmp/deskshots/${name}-${width}-${colorScheme}-top.png` });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    console.log(name, width, colorScheme, 'overflows', wide, troubles);
    await context.close();
  }
};
try {
  await shot('nobody');
  const api = (method, path, body) => fetch(backend_url + path, { method, headers: { authorization: 'Bearer sk_test_0123456789abcdefghijABCDEFGHIJ0123456789', 'content-type': 'application/json' }, body: body && JSON.stringify(body) }).then((r) => r.json());
  const ids = [];
  for (let i = 0; i < 30; i++) {
    const user = await api('POST', '/v1/users', { email_address: [i % 7 ? `person${i}@orchard.example` : `a.very.long.address.of.somebody.number.${i}@subdomain.of.the.orchard.example`], first_name: ['Ada', 'Grace', 'Zoë'][i % 3], last_name: ['Lovelace', 'Hopper', 'שלום'][i % 3], skip_password_requirement: true });
    ids.push(user.id);
    if (i % 3 === 0) await api('POST', '/v1/sessions', { user_id: user.id });
  }
  for (const name of ['Orchard', 'The Company With A Long Name Incorporated']) {
    const org = await api('POST', '/v1/organizations', { name, created_by: ids[0] });
    for (const id of ids.slice(1, 11)) await api('POST', `/v1/organizations/${org.id}/memberships`, { user_id: id, role: 'org:member' });
  }
  await api('GET', '/v1/nowhere');
  const db = await fetch(`${url}/v1/dev_browser`, { method: 'POST' }).then((r) => r.json());
  const q = `__clerk_db_jwt=${db.id}`;
  const page = (path, form) => fetch(`${url}${path}?${q}`, { method: 'POST', body: new URLSearchParams(form), headers: { origin: 'http://localhost:3000' } }).then((r) => r.json());
  const up = await page('/v1/client/sign_ups', { email_address: 'newcomer@example.com', password: 'correct horse battery' });
  await page(`/v1/client/sign_ups/${up.response.id}/prepare_verification`, { strategy: 'email_code' });
  await shot('people');
  // by hand
  const { context, troubles } = await profile(browser, { viewport: { width: 1280, height: 900 } });
  const hand = await context.newPage();
  await hand.goto(url);
  await hand.fill('[name=email_address]', 'added@example.com');
  await hand.click('text=Add a user');
  await hand.waitForURL(/#users/);
  console.log('added', await hand.locator('text=added@example.com').count());
  await api('POST', '/v1/users', { email_address: ['later@example.com'], skip_password_requirement: true });
  await hand.waitForSelector('text=later@example.com', { timeout: 6000 });
  console.log('refreshed by itself');
  await hand.click('button[aria-label="Sign in as added@example.com"]');
  await hand.screenshot({ path: '/tmp/deskshots/signin.png' });
  await hand.goto(url);
  await hand.locator('button:text-is("Token")').first().click();
  await hand.screenshot({ path: '/tmp/deskshots/token.png' });
  await hand.goto(url);
  await hand.fill('#move', 'nonsense'); await hand.click('button:text-is("Move")');
  await hand.screenshot({ path: '/tmp/deskshots/refused.png' });
  await hand.goto(`${url}/?text=nowhere#requests`);
  await hand.screenshot({ path: '/tmp/deskshots/filter.png' });
  console.log(troubles);
} finally { await browser.close(); child.kill('SIGTERM'); }
