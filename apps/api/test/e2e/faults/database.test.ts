import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { withApi } from '../../support/api-fixture.js';
import { expectNoWrites, expectRecovery } from '../../support/database-outage.js';
import { expectProblem, expectUser } from '../../support/expect-answer.js';
import { Fault } from '../../support/fault.js';
import { aPerson } from '../../support/people.js';
import type { Answer } from '../../support/send.js';
import { aProfileToken, aSessionToken } from '../../support/session-token.js';
import { lostUsers } from '../../support/stored-user.js';

const fixture = withApi();

/** So many first requests at once. */
function newPeople(count: number): Promise<Answer[]> {
  const { api, clerk } = fixture();
  return Promise.all(
    Array.from({ length: count }, async () => api.me(await aProfileToken(clerk.key, aPerson()))),
  );
}

/** Makes PostgreSQL run this, in PL/pgSQL, before each row of a user that it would create. */
function beforeEachUser(work: string): Promise<unknown> {
  return fixture().database.query(
    `create or replace function broken() returns trigger language plpgsql
       as $$ begin ${work}; return new; end $$;
     create or replace trigger broken before insert on users
       for each row execute function broken()`,
  );
}

test('a database that is slow: slow answers; that is too slow: 503 in time, and recovery', async () => {
  const { database } = fixture();
  const slow = new Fault('database slow (1 s a statement, 25 at once)');
  await beforeEachUser('perform pg_sleep(1)');
  // More than there are connections: some wait for one, and then for the statement.
  for (const answer of await newPeople(25)) {
    slow.saw(answer);
    if (answer.status === 200) expectUser(answer);
    else expectProblem(answer, 503, 'sync_unavailable');
  }
  await database.query('drop trigger broken on users');
  slow.over();
  await expectRecovery(fixture(), slow);

  const tooSlow = new Fault('database too slow (10 s a statement)');
  await beforeEachUser('perform pg_sleep(10)');
  await Promise.all([
    expectNoWrites(fixture(), tooSlow),
    newPeople(20).then((answers) => {
      for (const answer of answers) expectProblem(answer, 503, 'sync_unavailable');
      tooSlow.saw(...answers);
    }),
  ]);
  await database.query('drop trigger broken on users');
  tooSlow.over();
  await expectRecovery(fixture(), tooSlow);
});

// A disk that is really full wants a file system of its own, which only an administrator can
// make. The server, the SQLSTATE and the message are real; a trigger raises them.
test('a database that is full (53100): 503 for whoever must be written, the others are served', async () => {
  const { api, clerk, database } = fixture();
  const fault = new Fault('database disk full (53100)');
  const known = await aProfileToken(clerk.key, aPerson());
  const user = expectUser(await api.me(known));
  await beforeEachUser(
    `raise exception 'could not extend file "base/16384/16390": No space left on device'
       using errcode = '53100', hint = 'Check free disk space.'`,
  );
  for (let round = 0; round < 5; round += 1) await expectNoWrites(fixture(), fault);
  const served = await api.me(known);
  expect(expectUser(served)).toEqual(user);
  fault.saw(served);
  await database.query('drop trigger broken on users');
  fault.over();
  await expectRecovery(fixture(), fault);
});

test('a database whose connections are killed under load: 200 or 503, and nobody who was answered is lost', async () => {
  const { database } = fixture();
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
    for (const answer of await newPeople(20)) {
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
  await expectRecovery(fixture(), fault);
  expect(acknowledged.size).toBeGreaterThan(0);
  expect(await lostUsers(database, acknowledged)).toEqual([]);
});

test('a database whose columns change under prepared statements, by a migration of the next version: no 500', async () => {
  const { database } = fixture();
  const fault = new Fault('database column type changed by a migration');
  // So that every connection of the pool has prepared its statements.
  for (const answer of await newPeople(40)) expectUser(answer);
  await database.query('alter table users alter name type varchar(600)');
  for (const answer of await newPeople(40)) {
    fault.saw(answer);
    if (answer.status !== 200) expectProblem(answer, 503, 'sync_unavailable');
  }
  fault.over();
  await expectRecovery(fixture(), fault);
});

test('a database that is closed to connections: 503, and recovery once it is open', async () => {
  const { api, clerk, database } = fixture();
  const fault = new Fault('database closed to connections');
  const name = new URL(database.url).pathname.slice(1);
  const close = `alter database ${name} allow_connections`;
  await database.administer(`${close} false`);
  await database.administer(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
  );
  await expectNoWrites(fixture(), fault);
  const bare = await api.me(await aSessionToken(clerk.key, aPerson().clerkId));
  expectProblem(bare, 503, 'sync_unavailable');
  fault.saw(bare);
  await database.administer(`${close} true`);
  fault.over();
  await expectRecovery(fixture(), fault);
});
