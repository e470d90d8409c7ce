import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { query } from '@populatte/embedded-postgres';
import { isRunning } from '@populatte/process-kit';
import { aCheckout, apiOf, start, StartedStack, type Checkout } from '../support/stack.js';

const ready = 'Ctrl-C stops everything.';
const limits = { timeout: 60_000, interval: 100 };

test('starts after a stack that was killed, and finds its data', async () => {
  const checkout = await aCheckout({ DATABASE_URL: '', FAKE_API: 'stuck' });
  const first = start(checkout);
  await first.says(ready);
  const before = await apiOf(checkout);
  const databaseUrl = before.environment['DATABASE_URL'] ?? '';
  await query(databaseUrl, 'CREATE TABLE note AS SELECT 42 AS answer');
  first.process.kill('SIGKILL');
  await first.exitCode;

  const { root } = checkout;
  await writeFile(join(root, '.env'), `${await readFile(join(root, '.env'), 'utf8')}FAKE_API=\n`);
  const second = start(checkout);
  await second.says(ready);
  expect(await isRunning(before.pid)).toBe(false);
  const after = await apiOf(checkout);
  expect(after.environment['DATABASE_URL']).toBe(databaseUrl);
  expect(after.environment['CLERK_SECRET_KEY']).toBe(before.environment['CLERK_SECRET_KEY']);
  expect(await query(databaseUrl, 'SELECT answer FROM note')).toEqual([{ answer: 42 }]);
});

test('the stack stops when its parent has exited', async () => {
  const checkout = await aCheckout();
  const stack = startUnderShell(checkout);
  await stack.says(ready);
  const { pid } = await apiOf(checkout);
  stack.process.kill('SIGKILL');
  // The orphan keeps the pipe open until it ends.
  await stack.exitCode;
  expect(stack.output).toContain('its parent process ended');
  expect(await isRunning(pid)).toBe(false);
});

test('with --watch, a change of the API’s code restarts it', async () => {
  const checkout = await aCheckout();
  const stack = start(checkout, '--watch');
  await stack.says(ready);
  const before = await apiOf(checkout);
  await writeFile(
    join(checkout.root, 'apps/api/dist/main.js'),
    `import { createServer } from 'node:http';
     createServer((_, response) => response.end('changed')).listen(${checkout.variables['PORT'] ?? ''});`,
  );
  await vi.waitFor(async () => {
    expect(await (await fetch(checkout.apiUrl)).text()).toBe('changed');
  }, limits);
  expect(await isRunning(before.pid)).toBe(false);
  stack.process.kill('SIGTERM');
  expect(await stack.exitCode).toBe(0);
  await expect(fetch(checkout.apiUrl)).rejects.toThrow();
});

/** Starts it under a parent that, like npm, forwards nothing when it is killed. */
function startUnderShell({ root }: Checkout): StartedStack {
  const script = fileURLToPath(new URL('../support/start-in.mjs', import.meta.url));
  const shell = spawn('sh', ['-c', '"$1" "$2" "$3"; true', 'sh', process.execPath, script, root], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void shell.kill('SIGKILL'));
  return new StartedStack(shell);
}
