import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { aTemporaryFolder } from '../support/temporary-folder.js';

const executable = path.join(import.meta.dirname, '../../bin/clerk-local.js');

// Runs the build output: run `npm run build` first.
describe('the executable', () => {
  test('exits with 1 in production, without a stack trace', async () => {
    const child = spawn(process.execPath, [executable, 'serve'], {
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let reported = '';
    child.stderr.on('data', (chunk: Buffer) => (reported += chunk.toString()));
    const [code] = (await once(child, 'close')) as unknown[];
    expect(code).toBe(1);
    expect(reported).toMatch(/does not start with NODE_ENV=production/);
    expect(reported).not.toMatch(/ {4}at /);
  });

  test('exits with 0 on SIGTERM', async () => {
    const state = path.join(aTemporaryFolder(), 'state.json');
    const child = spawn(process.execPath, [executable, 'serve', '--port', '0', '--state', state], {
      env: { ...process.env, NODE_ENV: 'test' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
  });
});
