import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { withApi } from '../../support/api-fixture.js';
import { expectNoWrites, expectRecovery } from '../../support/database-outage.js';
import { expectProblem, expectUser } from '../../support/expect-answer.js';
import { Fault } from '../../support/fault.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import type { Answer } from '../../support/send.js';
import { aProfileToken, aSessionToken } from '../../support/session-token.js';
import { lostUsers } from '../../support/stored-user.js';

const fixture = withApi();

/** Sends this many first requests at once. */
function firstRequests(count: number): Promise<Answer[]> {
  const { api, clerk } = fixture();
  return Promise.all(
    Array.from({ length: count }, async () => api.me(await aProfileToken(clerk.key, aClerkUser()))),
  );
}

/** Makes PostgreSQL run this PL/pgSQL before it inserts a user's row. */
function beforeEachUser(work: string): Promise<unknown> {
  return fixture().database.query(
    `create or replace function broken() returns trigger language plpgsql
       as $$ begin ${work}; return new; end $$;
     create or replace trigger broken before insert on users
       for each row execute function broken()`,
  );
}

test('a slow database makes responses slow, one that is too slow causes 503s in time, and the API recovers', async () => {
  const { database } = fixture();
  const slow = new Fault('database slow (1 s a statement, 25 at once)');
  await beforeEachUser('perform pg_sleep(1)');
  // More requests than connections: some wait for a connection and then for the statement.
  for (const answer of await firstRequests(25)) {
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
    firstRequests(20).then((answers) => {
      for (const answer of answers) expectProblem(answer, 503, 'sync_unavailable');
      tooSlow.saw(...answers);
    }),
  ]);
  await database.query('drop trigger broken on users');
  tooSlow.over();
  await expectRecovery(fixture(), tooSlow);
});

// Filling a real disk would need a separate file system, which only root can create. The SQLSTATE
// and the message are PostgreSQL's; a trigger raises them.
test('while the disk is full (53100), requests that must write get 503 and others are served', async () => {
  const { api, clerk, database } = fixture();
  const fault = new Fault('database disk full (53100)');
  const known = await aProfileToken(clerk.key, aClerkUser());
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

test('while database connections are killed, requests get 200 or 503 and no acknowledged user is lost', async () => {
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
    for (const answer of await firstRequests(20)) {
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

test('a migration that changes a column under prepared statements causes no 500', async () => {
  const { database } = fixture();
  const fault = new Fault('database column type changed by a migration');
  // Makes every connection of the pool prepare its statements.
  for (const answer of await firstRequests(40)) expectUser(answer);
  await database.query('alter table users alter name type varchar(600)');
  for (const answer of await firstRequests(40)) {
    fault.saw(answer);
    if (answer.status !== 200) expectProblem(answer, 503, 'sync_unavailable');
  }
  fault.over();
  await expectRecovery(fixture(), fault);
});

test('requests get 503 while the database allows no connections, and the API recovers', async () => {
  const { api, clerk, database } = fixture();
  const fault = new Fault('database closed to connections');
  const name = new URL(database.url).pathname.slice(1);
  const close = `alter database ${name} allow_connections`;
  await database.administer(`${close} false`);
  await database.administer(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
  );
  await expectNoWrites(fixture(), fault);
  const bare = await api.me(await aSessionToken(clerk.key, aClerkUser().clerkId));
  expectProblem(bare, 503, 'sync_unavailable');
  fault.saw(bare);
  await database.administer(`${close} true`);
  fault.over();
  await expectRecovery(fixture(), fault);
});
