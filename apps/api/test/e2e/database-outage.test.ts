import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type EmbeddedPostgres } from '@populatte/local-stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiEnvironment } from '../support/api-environment.js';
import { ApiProcess } from '../support/api-process.js';
import { aClerkUser } from '../support/clerk-user.js';
import { expectOutcome, expectProblem, expectUser } from '../support/expect-answer.js';
import { FakeClerk } from '../support/fake-clerk.js';
import { freeze } from '../support/frozen-database.js';
import { aPerson } from '../support/people.js';
import { aProfileToken, aSessionToken } from '../support/session-token.js';
import { createTestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import { deliver } from '../support/webhook.js';

/** What a request may take, in milliseconds. */
const deadline = 5_000;

let clerk: FakeClerk;
beforeAll(async () => {
  clerk = await FakeClerk.start();
});
afterAll(() => clerk.close());

/** Every route that needs the database says that it cannot, in time; the process itself is well. */
async function expectOutage(api: ApiProcess): Promise<void> {
  const known = aPerson();
  const [me, bare, webhook, ready, live] = await Promise.all([
    api.me(await aProfileToken(clerk.key, known)),
    api.me(await aSessionToken(clerk.key, known.clerkId)),
    deliver(api, 'user.created', aClerkUser(aPerson(), Date.now())),
    api.send('/health/ready'),
    api.send('/health/live'),
  ]);
  for (const answer of [me, bare, webhook, ready]) {
    expectProblem(answer, 503, 'sync_unavailable');
    expect(answer.elapsedMs).toBeLessThan(deadline);
  }
  expect(live.status).toBe(200);
  expect(api.alive).toBe(true);
}

/** It serves again, by itself. */
async function expectRecovery(api: ApiProcess): Promise<void> {
  await until('it is ready', async () => (await api.send('/health/ready')).status === 200);
  const person = aPerson();
  expectUser(await api.me(await aProfileToken(clerk.key, person)));
  expectOutcome(await deliver(api, 'user.created', aClerkUser(person, 1)), 'unchanged');
}

// Beside the two below: most of their time is waiting.
describe.concurrent('a database of its own', () => {
  let folder: string;
  let postgres: EmbeddedPostgres;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'populatte-outage-'));
    postgres = await startPostgres({ dataDir: folder, settings: { fsync: 'off' } });
  });
  afterAll(async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const start = (): Promise<ApiProcess> =>
    ApiProcess.start(apiEnvironment({ databaseUrl: postgres.url, clerk }));

  test(
    'that is down at the start: the API starts, says so, and migrates once it is up',
    { concurrent: false },
    async () => {
      await postgres.stop();
      const api = await start();
      await expectOutage(api);
      await postgres.restart();
      await expectRecovery(api);
      await api.stop();
    },
  );

  test(
    'that stops: 503 in time, and recovery without a restart',
    { concurrent: false },
    async () => {
      const api = await start();
      await expectRecovery(api);
      await postgres.stop();
      await expectOutage(api);
      await expectOutage(api);
      await postgres.restart();
      await expectRecovery(api);
      await api.stop();
    },
  );

  test(
    'that restarts under load: no answer but 200 and 503, and nobody is signed out',
    { concurrent: false },
    async () => {
      const api = await start();
      const tokens = await Promise.all(
        Array.from({ length: 20 }, () => aProfileToken(clerk.key, aPerson())),
      );
      const load = { over: false };
      const restarted = postgres.restart().finally(() => (load.over = true));
      while (!load.over) {
        for (const answer of await Promise.all(tokens.map((token) => api.me(token)))) {
          if (answer.status !== 200) expectProblem(answer, 503, 'sync_unavailable');
          expect(answer.elapsedMs).toBeLessThan(deadline);
        }
      }
      await restarted;
      await expectRecovery(api);
      await api.stop();
    },
  );

  test(
    'that freezes, with more requests than connections: all 503 in time, and recovery',
    { concurrent: false },
    async () => {
      const api = await start();
      await expectRecovery(api);
      const tokens = await Promise.all(
        Array.from({ length: 30 }, () => aProfileToken(clerk.key, aPerson())),
      );
      const thaw = freeze(postgres.pid);
      try {
        const outage = expectOutage(api);
        for (const answer of await Promise.all(tokens.map((token) => api.me(token)))) {
          expectProblem(answer, 503, 'sync_unavailable');
          expect(answer.elapsedMs).toBeLessThan(deadline);
        }
        await outage;
        // With no connection left that is known to be good.
        await expectOutage(api);
      } finally {
        thaw();
      }
      await expectRecovery(api);
      await api.stop();
    },
  );
});

test.concurrent('a table that is locked: 503 in time, and recovery', async () => {
  const database = await createTestDatabase();
  const api = await ApiProcess.start(apiEnvironment({ databaseUrl: database.url, clerk }));
  await expectRecovery(api);
  const locked = database.query(`begin; lock table users; select pg_sleep(7); commit`);
  await until('the lock is held', async () => {
    const held = await database.query(
      `select from pg_locks where relation = 'users'::regclass and mode = 'AccessExclusiveLock' and granted`,
    );
    return held.length > 0;
  });
  await expectOutage(api);
  await locked;
  await expectRecovery(api);
  await api.stop();
  await database.drop();
});

test.concurrent('a database that is not migrated: 503, until somebody migrates it', async () => {
  const database = await createTestDatabase();
  await database.query('alter table users rename to users_later');
  const extra = { DATABASE_MIGRATE: 'false' };
  const api = await ApiProcess.start(apiEnvironment({ databaseUrl: database.url, clerk, extra }));
  await expectOutage(api);
  await database.query('alter table users_later rename to users');
  await expectRecovery(api);
  await api.stop();
  await database.drop();
});
