import { startTemporaryPostgres, type EmbeddedPostgres } from '@populatte/embedded-postgres';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { ClerkStub } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import { apiEnvironment } from '../support/api-environment.js';
import { ApiProcess } from '../support/api-process.js';
import { type Deployment, expectOutage, expectRecovery } from '../support/database-outage.js';
import { expectProblem } from '../support/expect-answer.js';
import { Fault } from '../support/fault.js';
import { freeze } from '../support/frozen-database.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken } from '../support/session-token.js';
import { createTestDatabase } from '../support/test-database.js';

let clerk: ClerkStub;
beforeAll(async () => {
  clerk = await ClerkStub.start();
});
afterAll(() => clerk.close());

/** What a test does to the database of a running API. */
interface Outage {
  /** Causes the fault and expects its effects; the database works again once this has resolved. */
  readonly cause: (deployment: Deployment, fault: Fault) => Promise<unknown>;
  /** More variables of the API. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** Starts an API, causes an outage of its database, and expects the API to recover. */
async function rehearse(
  name: string,
  databaseUrl: string,
  { cause, extra = {} }: Outage,
): Promise<void> {
  const fault = new Fault(name);
  const api = await ApiProcess.start(apiEnvironment({ databaseUrl, clerk, extra }));
  const deployment = { api, clerk };
  try {
    await cause(deployment, fault);
    fault.over();
    await expectRecovery(deployment, fault);
  } finally {
    await api.stop();
  }
}

function tokensOf(users: number): Promise<string[]> {
  return Promise.all(Array.from({ length: users }, () => aProfileToken(clerk.key, aClerkUser())));
}

// Runs concurrently with the two tests below, which mostly wait.
describe.concurrent('a database server of its own', () => {
  let postgres: EmbeddedPostgres;
  beforeAll(async () => {
    postgres = await startTemporaryPostgres();
  });
  afterAll(() => postgres.remove());

  test(
    'that is down when the API starts: the API reports it and migrates once the server is up',
    { concurrent: false },
    async () => {
      const { url } = postgres;
      await postgres.stop();
      await rehearse('database down at the start', url, {
        cause: async (deployment, fault) => {
          await expectOutage(deployment, fault);
          await postgres.restart();
        },
      });
    },
  );

  test(
    'that stops: requests get 503 in time, and the API recovers without a restart',
    { concurrent: false },
    async () => {
      await rehearse('database stopped', postgres.url, {
        cause: async (deployment, fault) => {
          await expectRecovery(deployment);
          await postgres.stop();
          await expectOutage(deployment, fault);
          await expectOutage(deployment, fault);
          await postgres.restart();
        },
      });
    },
  );

  test(
    'that restarts under load: requests get 200 or 503, and no user is signed out',
    { concurrent: false },
    async () => {
      await rehearse('database restarted under load', postgres.url, {
        cause: async ({ api }, fault) => {
          const tokens = await tokensOf(20);
          const load = { over: false };
          const restarted = postgres.restart().finally(() => (load.over = true));
          while (!load.over) {
            for (const answer of await Promise.all(tokens.map((token) => api.me(token)))) {
              if (answer.status !== 200) expectProblem(answer, 503, 'sync_unavailable');
              fault.saw(answer);
            }
          }
          await restarted;
        },
      });
    },
  );

  test(
    'that freezes with more requests than connections: all get 503 in time, and the API recovers',
    { concurrent: false },
    async () => {
      await rehearse('database frozen (SIGSTOP)', postgres.url, {
        cause: async (deployment, fault) => {
          await expectRecovery(deployment);
          const tokens = await tokensOf(30);
          const thaw = freeze(postgres.pid);
          try {
            const outage = expectOutage(deployment, fault);
            const answers = tokens.map((token) => deployment.api.me(token));
            for (const answer of await Promise.all(answers)) {
              expectProblem(answer, 503, 'sync_unavailable');
              fault.saw(answer);
            }
            await outage;
            // The pool has no connection left that is known to work.
            await expectOutage(deployment, fault);
          } finally {
            thaw();
          }
        },
      });
    },
  );
});

test.concurrent(
  'while the users table is locked, requests get 503 in time, and the API recovers',
  async () => {
    const database = await createTestDatabase();
    await rehearse('database table locked', database.url, {
      cause: async (deployment, fault) => {
        await expectRecovery(deployment);
        const locked = database.query(`begin; lock table users; select pg_sleep(7); commit`);
        await until('the lock is held', async () => {
          const held = await database.query(
            `select from pg_locks where relation = 'users'::regclass and mode = 'AccessExclusiveLock' and granted`,
          );
          return held.length > 0;
        });
        await expectOutage(deployment, fault);
        await locked;
      },
    });
    await database.drop();
  },
);

test.concurrent('requests get 503 while the database is not migrated', async () => {
  const database = await createTestDatabase();
  await database.query('alter table users rename to users_later');
  await rehearse('database not migrated', database.url, {
    extra: { DATABASE_MIGRATE: 'false' },
    cause: async (deployment, fault) => {
      await expectOutage(deployment, fault);
      await database.query('alter table users_later rename to users');
    },
  });
  await database.drop();
});
