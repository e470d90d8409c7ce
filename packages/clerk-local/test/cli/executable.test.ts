import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { aTemporaryFolder } from '../support/temporary-folder.js';

const executable = path.join(import.meta.dirname, '../../bin/clerk-local.js');

// It runs what is built: `npm run build` comes first.
describe('the executable', () => {
  it('refuses production and ends with 1', async () => {
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

  it('ends with 0 on SIGTERM', async () => {
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
