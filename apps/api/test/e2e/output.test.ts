import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ClerkStub } from '@populatte/clerk-stub';
import { freePort, until } from '@populatte/process-kit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { apiEnvironment } from '../support/api-environment.js';
import { send, type Answer } from '../support/send.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

let database: TestDatabase;
let clerk: ClerkStub;
beforeAll(async () => {
  [database, clerk] = await Promise.all([createTestDatabase(), ClerkStub.start()]);
});
afterAll(() => Promise.all([database.drop(), clerk.close()]));

let api: ChildProcess;
let url: string;
afterEach(() => {
  api.kill('SIGKILL');
});

/** Starts the API with this standard output, these additional variables and this standard error. */
async function start(
  output: 'pipe' | number,
  {
    variables = {},
    errors = 'inherit',
  }: { variables?: Record<string, string>; errors?: 'inherit' | 'ignore' } = {},
): Promise<void> {
  const port = String(await freePort());
  url = `http://127.0.0.1:${port}`;
  api = spawn(process.execPath, ['apps/api/dist/main.js'], {
    cwd: repository,
    env: apiEnvironment({ databaseUrl: database.url, clerk, extra: { PORT: port, ...variables } }),
    stdio: ['ignore', output, errors],
  });
  await until('the API answers', () => live(), 60_000, { retryErrors: true });
}

const live = (): Promise<Answer> => send(url, '/health/live', { headers: { connection: 'close' } });

/** @returns the exit code */
async function stop(): Promise<unknown> {
  const exit = once(api, 'exit');
  api.kill('SIGTERM');
  const [code] = (await exit) as unknown[];
  return code;
}

/** Sends requests whose log lines are together several times as long as a pipe's buffer. */
async function fillTheLog(): Promise<void> {
  for (let batch = 0; batch < 40; batch += 1) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(url, '/nowhere')));
    expect(answers.every(({ status }) => status === 404)).toBe(true);
  }
}

describe('standard output', () => {
  test('whose reader stalls affects neither requests nor the shutdown', async () => {
    await start('pipe');
    api.stdout?.pause();
    await fillTheLog();
    expect(await stop()).toBe(0);
  });

  test('that is read late contains every line in the end', async () => {
    await start('pipe');
    await fillTheLog();
    let text = '';
    api.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    expect(await stop()).toBe(0);
    await until('the pipe is read', () => text.endsWith('"msg":"Shut down."}\n'));
    expect(text.match(/"status":404/g)).toHaveLength(2_000);
  });

  test('whose reader exits affects neither requests nor the shutdown', async () => {
    await start('pipe');
    api.stdout?.destroy();
    await fillTheLog();
    expect(await stop()).toBe(0);
  });

  test('that is a file contains every line in order, even when an uncaught error ends the process', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'populatte-output-')), 'log');
    // Occupies the only thread for asynchronous work, and fails at the second signal.
    const crash = `import { pbkdf2 } from 'node:crypto';
      process.once('SIGUSR2', () => {
        process.on('SIGUSR2', () => { throw new Error('A bug.'); });
        pbkdf2('', '', 2_000_000, 64, 'sha512', () => undefined);
      });`;
    const options = `--import=data:text/javascript,${encodeURIComponent(crash)}`;
    const variables = { NODE_OPTIONS: options, UV_THREADPOOL_SIZE: '1' };
    await start(openSync(file, 'w'), { variables, errors: 'ignore' });
    api.kill('SIGUSR2');
    const ids = Array.from({ length: 200 }, (_, index) => `request-${index}`);
    for (const id of ids) await send(url, '/nowhere', { headers: { 'x-request-id': id } });
    const exit = once(api, 'exit');
    api.kill('SIGUSR2');
    expect(await exit).toEqual([1, null]);
    const text = await readFile(file, 'utf8');
    expect(text.match(/request-\d+/g)).toEqual(ids);
    await rm(dirname(file), { recursive: true });
  });

  test('on a full disk affects neither requests nor the shutdown', async () => {
    await start(openSync('/dev/full', 'w'));
    await fillTheLog();
    expect(await stop()).toBe(0);
  });
});
