import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
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

/** Starts the API with this standard output. */
async function start(output: 'pipe' | number): Promise<void> {
  const port = String(await freePort());
  url = `http://127.0.0.1:${port}`;
  api = spawn(process.execPath, ['apps/api/dist/main.js'], {
    cwd: repository,
    env: apiEnvironment({ databaseUrl: database.url, clerk, extra: { PORT: port } }),
    stdio: ['ignore', output, 'inherit'],
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

/** Requests whose log lines are several times as long as a pipe's buffer. */
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

  test('on a full disk affects neither requests nor the shutdown', async () => {
    await start(openSync('/dev/full', 'w'));
    await fillTheLog();
    expect(await stop()).toBe(0);
  });
});
