// Starts the programs under test and waits for the line in which each says where it is.
import { spawn } from 'node:child_process';

export const ISSUER = 'https://emulator-0a1b2c3d.localhost.clerk.accounts.dev';
export const SECRET = 'sk_test_0123456789abcdefghijABCDEFGHIJ0123456789';

const required = (name) => process.env[name] ?? (() => { throw new Error(`set ${name}`); })();

function start(command, args, options, line) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
  const started = { child, text: '' };
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        started.text += chunk;
        if (process.env.TRACE) process.stderr.write(chunk);
        const found = line.exec(started.text);
        if (found) resolve(Object.assign(started, { found }));
      });
    }
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`${command} ended:\n${started.text}`)));
  });
}

/** EMULATOR is the program, BUNDLES the cache; `bundles: false` leaves the libraries out. */
export async function startEmulator({ bundles = true, hex = '0a1b2c3d' } = {}) {
  const cache = bundles ? [required('BUNDLES')] : [];
  const line = /^emulator (\S+) (\S+) (\S+)$/m;
  const { child, found } = await start(required('EMULATOR'), ['0', hex, ...cache], {}, line);
  return { url: found[1], server: found[2], key: found[3], stop: () => child.stdin.end() };
}

/** APP is the built binary of a generated project, APP_DIR the project. */
export async function startApp(emulator, more = {}) {
  const env = {
    ...process.env, HOST: '127.0.0.1', PORT: '0', CLERK_PUBLISHABLE_KEY: emulator.key, CLERK_SECRET_KEY: SECRET,
    CLERK_API_URL: emulator.server, CLERK_FAPI_URL: emulator.server, CLERK_PROXY_URL: '/__clerk', ...more,
  };
  const options = { cwd: required('APP_DIR'), env };
  const started = await start(required('APP'), [], options, /https?:\/\/[a-z0-9.[\]]+:(\d+)/i);
  return { url: `http://localhost:${started.found[1]}`, log: () => started.text, stop: () => started.child.kill() };
}

/** Ends what was started, whatever became of it. */
export const stopAll = (...started) => started.forEach((one) => one?.stop());
