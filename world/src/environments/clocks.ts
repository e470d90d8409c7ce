import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Skip, type Environment } from '../environment.js';
import { createDatabase } from '../support/databases.js';
import { ApiProcess } from '../support/api-process.js';
import { newClerkUser } from '../support/clerk.js';
import { answers } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import type { TestContext } from '../test-context.js';

/** The API's wall clock is wrong at the start and corrected later; its monotonic clock is right. */
export const clocks: Environment[] = [
  { name: 'clock: 2 h ahead with keys unreachable once, then corrected', run: aheadWithoutKeys },
  { name: 'clock: 2 h ahead, corrected, then the signing key is rotated', run: aheadThenRotated },
  { name: 'clock: 2 h behind, then corrected', run: behind },
];

async function aheadWithoutKeys(context: TestContext): Promise<string> {
  const { api, setClock } = await startWithClock(context, '+2h', () => {
    context.clerk.keysBehaviour = answers(500);
  });
  const before = context.clerk.keyRequests;
  // Within a second after the failure at startup, a request does not load the keys.
  await until('a request loads the keys', async () => {
    await api.me(newClerkUser());
    return context.clerk.keyRequests > before;
  });
  await setClock('+0');
  context.clerk.keysBehaviour = undefined;
  return servedWithin(api, 10_000);
}

async function aheadThenRotated(context: TestContext): Promise<string> {
  const { api, setClock } = await startWithClock(context, '+2h');
  await api.ready();
  await api.me(newClerkUser());
  await setClock('+0');
  await servedWithin(api, 10_000);
  await context.clerk.rotate(`ins_${randomUUID()}`);
  // An unknown key id causes at most one fetch in 30 s.
  return servedWithin(api, 35_000);
}

async function behind(context: TestContext): Promise<string> {
  const { api, setClock } = await startWithClock(context, '-2h');
  await api.ready();
  await api.me(newClerkUser());
  await setClock('+0');
  return servedWithin(api, 10_000);
}

/** @returns how long it took */
async function servedWithin(api: ApiProcess, timeoutMs: number): Promise<string> {
  const startedAt = performance.now();
  const clerkUser = newClerkUser();
  await until(
    'a request is answered with 200',
    async () => {
      const { status, text } = await api.me(clerkUser);
      if (status === 200) return true;
      throw new Error(`${status} ${text}`);
    },
    timeoutMs,
    { intervalMs: 200, retryErrors: true },
  ).catch((error: unknown) => {
    throw new Error(
      `${error instanceof Error ? error.message : String(error)}\n${api.lastLines()}`,
    );
  });
  return `served after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

async function startWithClock(
  context: TestContext,
  offset: string,
  beforeStart: () => void = () => undefined,
): Promise<{ api: ApiProcess; setClock: (offset: string) => Promise<void> }> {
  const library = findLibrary();
  const server = await context.postgres();
  const database = await createDatabase(server);
  const file = join(await context.makeFolder(), 'faketime');
  const setClock = (to: string): Promise<void> => writeFile(file, `${to}\n`);
  await setClock(offset);
  beforeStart();
  const api = await ApiProcess.spawn(context, {
    env: {
      DATABASE_URL: server.urlOf(database),
      ...{ LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1' },
      ...{ FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' },
    },
  });
  await api.listening();
  const { headers } = await api.live();
  const seen = Date.parse(headers.date ?? '');
  if (Math.abs(seen - Date.now()) < 3_600_000) {
    throw new Skip('libfaketime does not change the clock of Node here');
  }
  return { api, setClock };
}

function findLibrary(): string {
  const folders = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((name) => `/usr/lib/${name}`);
  const found = [...folders, '/usr/lib', '/usr/local/lib']
    .map((folder) => join(folder, 'faketime/libfaketimeMT.so.1'))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Skip('libfaketime is not installed (apt-get install libfaketime)');
}
