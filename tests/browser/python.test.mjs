// Clerk's library for Python calls every group of the Backend API that the emulator answers; its models are strict.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { SECRET, startEmulator } from './start.mjs';

let emulator;
before(async () => { emulator = await startEmulator(); });
after(() => emulator?.stop());

test('the groups, one after the other', async () => {
  const argv = ['-W', 'ignore', new URL('groups.py', import.meta.url).pathname, emulator.server, SECRET];
  const { stdout } = await promisify(execFile)(process.env.PYTHON, argv, { timeout: 60_000 });
  assert.deepEqual(stdout.trim().split('\n'), ['users', 'organizations', 'sessions', 'access', 'machines']);
});
