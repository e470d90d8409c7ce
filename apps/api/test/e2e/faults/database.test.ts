import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiEnvironment } from '../../support/api-environment.js';
import { ApiProcess } from '../../support/api-process.js';
import { expectNoWrites, expectRecovery, type Deployment } from '../../support/database-outage.js';
import { expectProblem, expectUser } from '../../support/expect-answer.js';
import { FakeClerk } from '../../support/fake-clerk.js';
import { Fault } from '../../support/fault.js';
import { aPerson } from '../../support/people.js';
import type { Answer } from '../../support/send.js';
import { aProfileToken, aSessionToken } from '../../support/session-token.js';
import { lostUsers } from '../../support/stored-user.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

let clerk: FakeClerk;
beforeAll(async () => {
  clerk = await FakeClerk.start();
});
afterAll(() => clerk.close());

/** Runs a test on a database and an API of its own. */
async function withDatabase(
  run: (deployment: Deployment, database: TestDatabase) => Promise<void>,
): Promise<void> {
  const database = await createTestDatabase();
  const api = await ApiProcess.start(apiEnvironment({ databaseUrl: database.url, clerk }));
  await expectRecovery({ api, clerk });
  await run({ api, clerk }, database);
  await api.stop();
  await database.drop();
}

const newPeople = (api: ApiProcess, count: number): Promise<Answer[]> =>
  Promise.all(
    Array.from({ length: count }, async () => api.me(await aProfileToken(clerk.key, aPerson()))),
  );

/** Makes PostgreSQL run this, in PL/pgSQL, before each row of a user that it would create. */
function beforeEachUser(database: TestDatabase, work: string): Promise<unknown> {
  return database.query(
    `create or replace function broken() returns trigger language plpgsql
       as $$ begin ${work}; return new; end $$;
     create or replace trigger broken before insert on users
       for each row execute function broken()`,
  );
}

// Side by side: most of their time is waiting.
describe.concurrent('a database', () => {
  test('that is slow: slow answers; that is too slow: 503 in time, and recovery', async () => {
    await withDatabase(async (deployment, database) => {
      const { api } = deployment;
      const slow = new Fault('database slow (1 s a statement, 25 at once)');
      await beforeEachUser(database, 'perform pg_sleep(1)');
      // More than there are connections: some wait for one, and then for the statement.
      for (const answer of await newPeople(api, 25)) {
        slow.saw(answer);
        if (answer.status === 200) expectUser(answer);
        else expectProblem(answer, 503, 'sync_unavailable');
      }
      await database.query('drop trigger broken on users');
      slow.over();
      await expectRecovery(deployment, slow);

      const tooSlow = new Fault('database too slow (10 s a statement)');
      await beforeEachUser(database, 'perform pg_sleep(10)');
      await Promise.all([
        expectNoWrites(deployment, tooSlow),
        newPeople(api, 20).then((answers) => {
          for (const answer of answers) expectProblem(answer, 503, 'sync_unavailable');
          tooSlow.saw(...answers);
        }),
      ]);
      await database.query('drop trigger broken on users');
      tooSlow.over();
      await expectRecovery(deployment, tooSlow);
    });
  });

  // A disk that is really full wants a file system of its own, which only an administrator can
  // make. The server, the SQLSTATE and the message are real; a trigger raises them.
  test('that is full (53100): 503 for whoever must be written, the others are served', async () => {
    await withDatabase(async (deployment, database) => {
      const { api } = deployment;
      const fault = new Fault('database disk full (53100)');
      const known = await aProfileToken(clerk.key, aPerson());
      const user = expectUser(await api.me(known));
      await beforeEachUser(
        database,
        `raise exception 'could not extend file "base/16384/16390": No space left on device'
         using errcode = '53100', hint = 'Check free disk space.'`,
      );
      for (let round = 0; round < 5; round += 1) await expectNoWrites(deployment, fault);
      const served = await api.me(known);
      expect(expectUser(served)).toEqual(user);
      fault.saw(served);
      await database.query('drop trigger broken on users');
      fault.over();
      await expectRecovery(deployment, fault);
    });
  });

  test('whose connections are killed under load: 200 or 503, and nobody who was answered is lost', async () => {
    await withDatabase(async (deployment, database) => {
      const { api } = deployment;
      const fault = new Fault('database connections killed over and over');
      const over = new AbortController();
      const killing = (async () => {
        while (!over.signal.aborted) {
          await database.query(
            `select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()`,
          );
          await sleep(30);
        }
      })();
      const acknowledged = new Map<string, string>();
      for (let round = 0; round < 15; round += 1) {
        for (const answer of await newPeople(api, 20)) {
          fault.saw(answer);
          if (answer.status !== 200) expectProblem(answer, 503, 'sync_unavailable');
          else {
            const { clerkId, id } = expectUser(answer);
            acknowledged.set(clerkId, id);
          }
        }
      }
      over.abort();
      await killing;
      fault.over();
      await expectRecovery(deployment, fault);
      expect(acknowledged.size).toBeGreaterThan(0);
      expect(await lostUsers(database, acknowledged)).toEqual([]);
    });
  });

  test('that is closed to connections: 503, and recovery once it is open', async () => {
    await withDatabase(async (deployment, database) => {
      const { api } = deployment;
      const fault = new Fault('database closed to connections');
      const name = new URL(database.url).pathname.slice(1);
      const close = `alter database ${name} allow_connections`;
      await database.administer(`${close} false`);
      await database.administer(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
      );
      await expectNoWrites(deployment, fault);
      const bare = await api.me(await aSessionToken(clerk.key, aPerson().clerkId));
      expectProblem(bare, 503, 'sync_unavailable');
      fault.saw(bare);
      await database.administer(`${close} true`);
      fault.over();
      await expectRecovery(deployment, fault);
    });
  });
});
