import { clerkSyncSql } from '@populatte/nestjs-clerk-sync';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { users } from '../../../src/infrastructure/database/users.table.js';
import { DrizzleUserJournal } from '../../../src/infrastructure/database/drizzle-user-journal.js';
import { createDatabase } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/database.js';
import { Queries } from '../../../src/infrastructure/database/queries.js';
import { connectTo, type DatabaseConnection } from '../../support/database-connection.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

/**
 * The API's migrations, and those followed by the module's SQL for other applications, as an
 * upgrade and applied twice.
 */
describe.each(['the migrations', 'clerkSyncSql'])('the journal by %s', (schema) => {
  let database: TestDatabase;
  let connection: DatabaseConnection;
  let journal: DrizzleUserJournal;
  beforeAll(async () => {
    database = await createTestDatabase();
    if (schema === 'clerkSyncSql') {
      await database.query(clerkSyncSql(users));
      await database.query(clerkSyncSql(users));
    }
    connection = connectTo(database.url);
    journal = new DrizzleUserJournal(
      new Queries(createDatabase(connection.pool), connection.writes),
    );
  });
  afterAll(async () => {
    await connection.close();
    await database.drop();
  });
  beforeEach(() => database.query('delete from user_events'));

  async function types(): Promise<unknown[]> {
    const rows = await database.query<{ type: string; source: string }>(
      'select type, source from user_events order by id',
    );
    return rows.map(({ type, source }) => [type, source]);
  }

  async function insertUser(clerkId: string): Promise<void> {
    await database.query(
      `insert into users (id, clerk_id, email, profile_version) values (gen_random_uuid(), $1, 'a@b.example', 1)`,
      [clerkId],
    );
  }

  test('a deletion is one event, even for a user without a row, for a banned one and by hand', async () => {
    const [one, two, three] = [aClerkUser().clerkId, aClerkUser().clerkId, aClerkUser().clerkId];
    await insertUser(one);
    await database.query('update users set banned_at = now() where clerk_id = $1', [one]);
    await connection.users.markDeleted(one, 'webhook');
    await connection.users.markDeleted(one, 'webhook');
    await connection.users.markDeleted(two, 'reconcile');
    await insertUser(three);
    await database.query('delete from users where clerk_id = $1', [three]);
    expect(await types()).toEqual([
      ['created', 'sql'],
      ['banned', 'sql'],
      ['deleted', 'webhook'],
      ['deleted', 'reconcile'],
      ['created', 'sql'],
      ['deleted', 'sql'],
    ]);
  });

  test('a write that changes only the version creates no event', async () => {
    const { clerkId } = aClerkUser();
    await insertUser(clerkId);
    await database.query('update users set profile_version = 2 where clerk_id = $1', [clerkId]);
    expect(await types()).toEqual([['created', 'sql']]);
  });

  test('an event names the impersonator, and the name does not stay behind', async () => {
    const clerkUser = aClerkUser();
    const single = connectTo(database.url, 1);
    const sync = (at: number, name: string, actor: string | null): Promise<unknown> => {
      const version = { at, exact: true };
      const profile = { ...clerkUser, name, version, ...(actor !== null && { actor }) };
      return single.users.sync(profile, 'token');
    };
    try {
      await sync(1, 'One', null);
      await sync(2, 'Two', 'user_admin');
      await sync(3, 'Three', null);
      await sync(4, 'Four', 'user_admin');
      await single.pool.query(`update users set name = 'Five' where clerk_id = $1`, [
        clerkUser.clerkId,
      ]);
    } finally {
      await single.close();
    }
    const rows = await database.query<{ actor: unknown }>(
      'select actor from user_events order by id',
    );
    expect(rows.map(({ actor }) => actor)).toEqual([null, 'user_admin', null, 'user_admin', null]);
  });

  test('the source does not stay behind on the connection', async () => {
    const clerkUser = aClerkUser();
    const single = connectTo(database.url, 1);
    try {
      await single.users.sync({ ...clerkUser, version: { at: 1, exact: true } }, 'webhook');
      await single.pool.query(`update users set name = 'By hand' where clerk_id = $1`, [
        clerkUser.clerkId,
      ]);
    } finally {
      await single.close();
    }
    expect(await types()).toEqual([
      ['created', 'webhook'],
      ['updated', 'sql'],
    ]);
  });

  test('a role that may write users but not the journal still creates events', async () => {
    await database.query('create role journal_writer');
    await database.query('grant select, insert, update on users to journal_writer');
    const { clerkId } = aClerkUser();
    await database.query(
      `begin; set local role journal_writer; set local search_path to pg_catalog;
     insert into public.users (id, clerk_id, profile_version)
       values (gen_random_uuid(), '${clerkId}', 1);
     commit`,
    );
    await database.query('drop owned by journal_writer; drop role journal_writer');
    expect(await types()).toEqual([['created', 'sql']]);
  });

  test('prune keeps events that a handler has not processed or has no delivery for', async () => {
    const aged = `insert into user_events (user_id, type, source, changed, version, occurred_at)
      select gen_random_uuid(), 'created', 'sql', '{}', 1, now() - interval '91 days'
      from generate_series(1, 4) returning id`;
    const [waiting, handled, unknown, last] = await database.query<{ id: string }>(aged);
    await database.query(
      `insert into user_event_handlers (name, types, backfilled_to, backfill_until) values
       ('waits', '{created}', 0, 0), ('starts', '{created}', $1, null)`,
      [unknown?.id],
    );
    await database.query(
      `insert into user_event_deliveries (event_id, handler, user_id) values
       ($1, 'waits', gen_random_uuid()), ($2, 'gone', gen_random_uuid())`,
      [waiting?.id, handled?.id],
    );
    expect(await journal.prune(90)).toBe(2);
    expect(await database.query('select id from user_events order by id')).toEqual([
      { id: waiting?.id },
      { id: last?.id },
    ]);
    await database.query('delete from user_event_deliveries');
    await database.query('delete from user_event_handlers');
    expect(await journal.prune(90)).toBe(2);
  });

  test('prune gets past pages of events that handlers wait for, and events of a clock that ran ahead', async () => {
    await database.query(
      `insert into user_event_handlers (name, types, backfill_until) values ('slow', '{created}', 0)`,
    );
    await database.query(
      `with events as (
         insert into user_events (user_id, type, source, changed, version, occurred_at)
         select gen_random_uuid(), case when n <= 1500 then 'created' else 'updated' end, 'sql', '{}', 1,
           now() - make_interval(days => case when n % 100 = 0 then -400 else 91 end)
         from generate_series(1, 2500) as n returning id, user_id, type)
       insert into user_event_deliveries (event_id, handler, user_id)
       select id, 'slow', user_id from events where type = 'created'`,
    );
    expect(await journal.prune(90)).toBe(990);
    expect(await journal.prune(90)).toBe(0);
    await database.query('delete from user_event_deliveries');
    await database.query('delete from user_event_handlers');
    expect(await journal.prune(90)).toBe(1_485);
  });

  test('prune gets past a page with nothing but events of a clock that ran ahead', async () => {
    await database.query(
      `insert into user_events (user_id, type, source, changed, version, occurred_at)
       select gen_random_uuid(), 'created', 'sql', '{}', 1,
         now() - make_interval(days => case when n <= 1000 then -400 else 91 end)
       from generate_series(1, 1010) as n`,
    );
    expect(await journal.prune(90)).toBe(10);
  });

  test('an event has a delivery for each handler of its type, in the transaction of the change', async () => {
    await database.query(
      `insert into user_event_handlers (name, types, backfill_until) values
       ('one', '{created,deleted}', 0), ('two', '{updated,deleted}', 0)`,
    );
    const { clerkId } = aClerkUser();
    await insertUser(clerkId);
    await database.query(`update users set name = 'New' where clerk_id = $1`, [clerkId]);
    await database.query('delete from users where clerk_id = $1', [clerkId]);
    expect(
      await database.query(
        `select events.type, deliveries.handler from user_event_deliveries as deliveries
         join user_events as events on events.id = deliveries.event_id
         order by events.id, deliveries.handler`,
      ),
    ).toEqual([
      { type: 'created', handler: 'one' },
      { type: 'updated', handler: 'two' },
      { type: 'deleted', handler: 'one' },
      { type: 'deleted', handler: 'two' },
    ]);
    await database.query('delete from user_event_deliveries');
    await database.query('delete from user_event_handlers');
  });

  test('prune deletes what is older than the retention, in several batches', async () => {
    await database.query(
      `insert into user_events (user_id, type, source, changed, version, occurred_at)
     select gen_random_uuid(), 'created', 'sql', '{}', 1,
       now() - make_interval(days => case when n <= 2500 then 91 else 89 end)
     from generate_series(1, 2600) as n`,
    );
    expect(await journal.prune(90)).toBe(2_500);
    expect(await journal.prune(90)).toBe(0);
    expect(await types()).toHaveLength(100);
  });
});
