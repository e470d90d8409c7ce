import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { query } from '@populatte/embedded-postgres';
import { acceptsConnections, isRunning } from '@populatte/process-kit';
import { outerAddresses } from '../support/network.js';
import { aCheckout, apiOf, start } from '../support/stack.js';

const ready = 'Ctrl-C stops everything.';

test('the API receives the variables of the services before it, and Ctrl-C stops everything', async () => {
  const checkout = await aCheckout({ CLERK_JWT_KEY: 'of another application' });
  const stack = start(checkout);
  await stack.says(ready);
  const { pid, environment } = await apiOf(checkout);
  expect(environment).toMatchObject({
    NODE_ENV: 'development',
    PORT: checkout.variables['PORT'],
    DATABASE_URL: 'postgres://user@127.0.0.1:1/nothing',
    CLERK_API_URL: `http://127.0.0.1:${checkout.variables['CLERK_LOCAL_PORT'] ?? ''}`,
    CLERK_JWT_KEY: '',
  });
  expect(environment['CLERK_SECRET_KEY']).toMatch(/^sk_test_/);
  expect(environment['NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY']).toMatch(/^pk_test_/);
  expect(stack.output).toContain(
    `curl -s http://localhost:${checkout.variables['PORT'] ?? ''}/users/me -H ` +
      '"Authorization: Bearer $(npm run -s token)"',
  );

  stack.process.kill('SIGINT');
  expect(await stack.exitCode).toBe(0);
  expect(await isRunning(pid)).toBe(false);
  expect(existsSync(join(checkout.root, '.local/stack.json'))).toBe(false);
  expect(existsSync(join(checkout.root, '.local/postgres'))).toBe(false);
});

test('the API and the local Clerk are not reachable from other machines by default', async () => {
  const checkout = await aCheckout();
  await start(checkout).says(ready);
  const { environment } = await apiOf(checkout);
  expect(environment['HOST']).toBe('127.0.0.1');
  for (const port of [checkout.variables['PORT'], checkout.variables['CLERK_LOCAL_PORT']]) {
    expect(await acceptsConnections(Number(port), '127.0.0.1')).toBe(true);
    for (const address of outerAddresses()) {
      expect(await acceptsConnections(Number(port), address)).toBe(false);
    }
  }
});

test('HOST opens the API to other machines, and the printed address still works', async () => {
  const checkout = await aCheckout({ HOST: '0.0.0.0' });
  const stack = start(checkout);
  await stack.says(ready);
  for (const address of outerAddresses()) {
    expect(await acceptsConnections(Number(checkout.variables['PORT']), address)).toBe(true);
  }
  const printed = /^API +(http\S+)$/m.exec(stack.output)?.[1] ?? '';
  expect((await fetch(printed)).status).toBe(200);
});

test('the printed PostgreSQL address works', async () => {
  const stack = start(await aCheckout({ DATABASE_URL: '' }));
  await stack.says(ready);
  const printed = [...stack.output.matchAll(/postgres:\/\/\S+/g)].map(([url]) => url);
  expect(new Set(printed).size).toBe(1);
  expect(await query(printed[0] ?? '', 'SELECT current_database() AS name')).toEqual([
    { name: 'populatte' },
  ]);
});

test('a second start names the process that runs the stack, and does not touch it', async () => {
  const checkout = await aCheckout();
  const first = start(checkout);
  await first.says(ready);
  const second = start(checkout);
  expect(await second.exitCode).toBe(1);
  expect(second.output).toContain(`is already running (process ${String(first.process.pid)})`);
  expect((await apiOf(checkout)).pid).toBeGreaterThan(0);
});

test('names a port that is taken, and its variable, before anything starts', async () => {
  const checkout = await aCheckout();
  const port = Number(checkout.variables['PORT']);
  const other = createServer();
  onTestFinished(() => void other.close());
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  const stack = start(checkout);
  expect(await stack.exitCode).toBe(1);
  expect(stack.output).toContain(`Port ${port}, for the API, is used by another program`);
  expect(stack.output).toContain(`PORT=${port + 10} npm start`);
  expect(stack.output).not.toContain('✓');
});

test('Ctrl-C while it waits for the ports of a killed stack ends it, and starts nothing', async () => {
  const checkout = await aCheckout();
  const other = createServer();
  onTestFinished(() => void other.close());
  await new Promise<void>((resolve) => {
    other.listen(Number(checkout.variables['PORT']), '127.0.0.1', resolve);
  });
  const lock = join(checkout.root, '.local/stack.lock');
  await mkdir(dirname(lock));
  await writeFile(lock, '');
  const stack = start(checkout);
  await vi.waitFor(
    async () => {
      expect(await readFile(lock, 'utf8')).toContain(`${stack.process.pid}`);
    },
    { timeout: 60_000 },
  );
  stack.process.kill('SIGINT');
  expect(await stack.exitCode).toBe(0);
  expect(stack.output).toBe('\nStopping everything (SIGINT) …\n');
  expect(existsSync(lock)).toBe(false);
});

test('names a .local that cannot be written, without a stack trace', async () => {
  const checkout = await aCheckout();
  await writeFile(join(checkout.root, '.local'), 'a file');
  const stack = start(checkout);
  expect(await stack.exitCode).toBe(1);
  expect(stack.output).toBe(
    `✗ The stack cannot keep its state in ${join(checkout.root, '.local')} (EEXIST). Make it a folder that this user may write to, on a disk with free space.\n`,
  );
});

test('shows the log of an API that cannot start, and leaves nothing behind', async () => {
  const stack = start(await aCheckout({ FAKE_API: 'broken' }));
  expect(await stack.exitCode).toBe(1);
  expect(stack.output).toContain('the fake API cannot start');
  expect(stack.output).toContain('The API ended with exit code 1 before it could become ready');
});

test('shows each reason why the API is not ready yet once', async () => {
  const stack = start(await aCheckout({ FAKE_API: 'slow' }));
  await stack.says(ready);
  const reasons = stack.output.matchAll(/WARN {2}failed requestId=npm-start err=not yet ← (\w+)/g);
  expect([...reasons].map(([, reason]) => reason)).toEqual(['first', 'second']);
});

test('when the API exits unexpectedly, everything stops and its last output is shown', async () => {
  const checkout = await aCheckout();
  const stack = start(checkout);
  await stack.says(ready);
  // The API exits instead of responding.
  await fetch(`${checkout.apiUrl}/die`).catch(() => undefined);
  expect(await stack.exitCode).toBe(1);
  expect(stack.output).toMatch(
    /api exited unexpectedly\. Its last output:\n.*this is my last line/s,
  );
});

test('a second Ctrl-C kills an API that ignores the first', async () => {
  const checkout = await aCheckout({ FAKE_API: 'stubborn' });
  const stack = start(checkout);
  await stack.says(ready);
  const { pid } = await apiOf(checkout);
  stack.process.kill('SIGINT');
  await stack.says('Stopping everything');
  // Signals within half a second count as one: npm also forwards a Ctrl-C that the terminal has
  // sent.
  await sleep(800);
  expect(await isRunning(pid)).toBe(true);
  stack.process.kill('SIGINT');
  expect(await stack.exitCode).toBe(130);
  await vi.waitFor(
    async () => {
      expect(await isRunning(pid)).toBe(false);
    },
    { timeout: 60_000 },
  );
});

test('with your own database and Clerk application, only the API is started', async () => {
  const checkout = await aCheckout({
    CLERK_SECRET_KEY: 'sk_test_mine',
    NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: 'pk_test_mine',
    CLERK_WEBHOOK_SIGNING_SECRET: 'whsec_mine',
  });
  const stack = start(checkout);
  await stack.says(ready);
  const { environment } = await apiOf(checkout);
  expect(environment['CLERK_PUBLISHABLE_KEY']).toBe('pk_test_mine');
  expect(environment).not.toHaveProperty('CLERK_API_URL');
  expect(stack.output).not.toContain('clerk-local');
  expect(stack.output).toContain('Bearer $TOKEN');
});
