// Starts the tool in a generated project, as a person does, and waits for the line in which it says where it is.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const SECRET = 'sk_test_0123456789abcdefghijABCDEFGHIJ0123456789';

const required = (name) => process.env[name] ?? (() => { throw new Error(`set ${name}`); })();

/** The lines with the emulator's two addresses. */
const EMULATOR = /emulator +(http:\S+)[^]*?(http:\S+) +its Backend API/;

/** The host tells this instance from others. */
const host = (hex) => `emulator-${hex}.localhost.clerk.accounts.dev`;
export const ISSUER = `https://${host('0a1b2c3d')}`;

/** CLERK_RS is the tool, PROJECT the project unless one is named, XDG_CACHE_HOME the cache; `bundles: false` leaves the libraries out,
 *  `variables` are more for the app. */
function start(words, line, { project = required('PROJECT'), bundles = true, hex = '0a1b2c3d', variables = {} } = {}) {
  const key = `pk_test_${Buffer.from(`${host(hex)}$`).toString('base64').replace(/=+$/, '')}`;
  const env = { ...process.env, PORT: '0', CLERK_PUBLISHABLE_KEY: key, CLERK_SECRET_KEY: SECRET, ...variables };
  if (!bundles) env.XDG_CACHE_HOME = mkdtempSync(join(tmpdir(), 'no-bundles-'));
  const options = { cwd: project, env, stdio: ['ignore', 'ignore', 'pipe'] };
  // Nobody of an earlier run is known, and two emulators of one project do not meet.
  const state = join(mkdtempSync(join(tmpdir(), 'state-')), 'state.jsonl');
  const child = spawn(required('CLERK_RS'), [...words, '--offline', '--state', state], options);
  const ended = new Promise((resolve) => child.on('exit', resolve));
  let text = '';
  /** As Ctrl-C does; whoever is asked to end and ends is well. */
  const stop = async () => {
    child.kill('SIGINT');
    const code = await ended;
    if (code !== 0) throw new Error(`ended with ${code}:\n${text}`);
  };
  return new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      text += chunk;
      if (process.env.TRACE) process.stderr.write(chunk);
      const found = line.exec(text);
      if (found) resolve({ found, key, stop, log: () => text });
    });
    child.on('error', reject);
    ended.then(() => reject(new Error(`${words} ended:\n${text}`)));
  });
}

/** The emulator alone: `url` for browsers, `server` for its Backend API, `key`. */
export async function startEmulator(options) {
  const { found, ...started } = await start(['emulator', '--port', '0'], EMULATOR, options);
  return { ...started, url: found[1], server: found[2] };
}

/** App and emulator: `url` of the app, `desk` and `server` of the emulator's two addresses, `key`. */
export async function startDev(options) {
  const line = new RegExp(`${EMULATOR.source}[^]*app +(http:\\S+) +ready in`);
  const { found, ...started } = await start(['dev'], line, options);
  return { ...started, url: found[3], desk: found[1], server: found[2] };
}

/** Turns switches of the instance that runs beside an app. */
export async function turn(app, switches) {
  const answer = await fetch(`${app.desk}/__emulator/settings`, {
    method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(switches),
  });
  assert.equal(answer.status, 200, await answer.text());
}
