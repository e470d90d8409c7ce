import { startTemporaryPostgres, type EmbeddedPostgres } from '@populatte/embedded-postgres';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { ClerkStub } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import { apiEnvironment } from '../support/api-environment.js';
import { ApiProcess } from '../support/api-process.js';
import { expectOutage, expectRecovery } from '../support/database-outage.js';
import { expectProblem } from '../support/expect-answer.js';
import { Fault } from '../support/fault.js';
import { freeze } from '../support/frozen-database.js';
import { aPerson } from '@populatte/nestjs-clerk-sync/test/support/people.js';
import { aProfileToken } from '../support/session-token.js';
import { createTestDatabase } from '../support/test-database.js';

let clerk: ClerkStub;
beforeAll(async () => {
  clerk = await ClerkStub.start();
});
afterAll(() => clerk.close());

// Runs concurrently with the two tests below, which mostly wait.
describe.concurrent('a database server of its own', () => {
  let postgres: EmbeddedPostgres;
  beforeAll(async () => {
    postgres = await startTemporaryPostgres();
  });
  afterAll(() => postgres.remove());
  const start = (): Promise<ApiProcess> =>
    ApiProcess.start(apiEnvironment({ databaseUrl: postgres.url, clerk }));

  test(
    'that is down when the API starts: the API reports it and migrates once the server is up',
    { concurrent: false },
    async () => {
      const fault = new Fault('database down at the start');
      await postgres.stop();
      const api = await start();
      await expectOutage({ api, clerk }, fault);
      await postgres.restart();
      fault.over();
      await expectRecovery({ api, clerk }, fault);
      await api.stop();
    },
  );

  test(
    'that stops: requests get 503 in time, and the API recovers without a restart',
    { concurrent: false },
    async () => {
      const fault = new Fault('database stopped');
      const api = await start();
      await expectRecovery({ api, clerk });
      await postgres.stop();
      await expectOutage({ api, clerk }, fault);
      await expectOutage({ api, clerk }, fault);
      await postgres.restart();
      fault.over();
      await expectRecovery({ api, clerk }, fault);
      await api.stop();
    },
  );

  test(
    'that restarts under load: requests get 200 or 503, and no user is signed out',
    { concurrent: false },
    async () => {
      const fault = new Fault('database restarted under load');
      const api = await start();
      const tokens = await Promise.all(
        Array.from({ length: 20 }, () => aProfileToken(clerk.key, aPerson())),
      );
      const load = { over: false };
      const restarted = postgres.restart().finally(() => (load.over = true));
      while (!load.over) {
        for (const answer of await Promise.all(tokens.map((token) => api.me(token)))) {
          if (answer.status !== 200) expectProblem(answer, 503, 'sync_unavailable');
          fault.saw(answer);
        }
      }
      await restarted;
      fault.over();
      await expectRecovery({ api, clerk }, fault);
      await api.stop();
    },
  );

  test(
    'that freezes with more requests than connections: all get 503 in time, and the API recovers',
    { concurrent: false },
    async () => {
      const fault = new Fault('database frozen (SIGSTOP)');
      const api = await start();
      await expectRecovery({ api, clerk });
      const tokens = await Promise.all(
        Array.from({ length: 30 }, () => aProfileToken(clerk.key, aPerson())),
      );
      const thaw = freeze(postgres.pid);
      try {
        const outage = expectOutage({ api, clerk }, fault);
        for (const answer of await Promise.all(tokens.map((token) => api.me(token)))) {
          expectProblem(answer, 503, 'sync_unavailable');
          fault.saw(answer);
        }
        await outage;
        // The pool has no connection left that is known to work.
        await expectOutage({ api, clerk }, fault);
      } finally {
        thaw();
        fault.over();
      }
      await expectRecovery({ api, clerk }, fault);
      await api.stop();
    },
  );
});

test.concurrent(
  'while the users table is locked, requests get 503 in time, and the API recovers',
  async () => {
    const fault = new Fault('database table locked');
    const database = await createTestDatabase();
    const api = await ApiProcess.start(apiEnvironment({ databaseUrl: database.url, clerk }));
    await expectRecovery({ api, clerk });
    const locked = database.query(`begin; lock table users; select pg_sleep(7); commit`);
    await until('the lock is held', async () => {
      const held = await database.query(
        `select from pg_locks where relation = 'users'::regclass and mode = 'AccessExclusiveLock' and granted`,
      );
      return held.length > 0;
    });
    await expectOutage({ api, clerk }, fault);
    await locked;
    fault.over();
    await expectRecovery({ api, clerk }, fault);
    await api.stop();
    await database.drop();
  },
);

test.concurrent('requests get 503 while the database is not migrated', async () => {
  const fault = new Fault('database not migrated');
  const database = await createTestDatabase();
  await database.query('alter table users rename to users_later');
  const extra = { DATABASE_MIGRATE: 'false' };
  const api = await ApiProcess.start(apiEnvironment({ databaseUrl: database.url, clerk, extra }));
  await expectOutage({ api, clerk }, fault);
  await database.query('alter table users_later rename to users');
  fault.over();
  await expectRecovery({ api, clerk }, fault);
  await api.stop();
  await database.drop();
});
