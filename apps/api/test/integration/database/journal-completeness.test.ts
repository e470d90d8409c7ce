import { randomUUID } from 'node:crypto';
import { clerkSyncSql } from '@populatte/nestjs-clerk-sync';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { users } from '../../../src/infrastructure/database/users.table.js';
import { connectTo } from '../../support/database-connection.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

/** Each change has exactly one event, whatever statement or session makes it. */
describe.each(['the migrations', 'clerkSyncSql'])('by %s,', (schema) => {
  let database: TestDatabase;
  const role = `writer_${randomUUID().replaceAll('-', '')}`;
  beforeAll(async () => {
    database = await createTestDatabase();
    if (schema === 'clerkSyncSql') await database.query(clerkSyncSql(users));
    await database.query(
      `create role ${role}; grant select, insert, update, delete on users to ${role}`,
    );
  });
  afterAll(async () => {
    await database.query(`drop owned by ${role}; drop role ${role}`);
    await database.drop();
  });
  beforeEach(() =>
    database.query(
      'truncate users, user_events, user_event_deliveries, user_event_handlers cascade',
    ),
  );

  /** @returns the journal in order, each event with its user's Clerk id */
  async function events(): Promise<string[]> {
    const rows = await database.query<{ event: string }>(
      `select concat_ws(' ', users.clerk_id, events.type, events.source, nullif(array_to_string(changed, '+'), '')) as event
       from user_events as events left join users on users.id = events.user_id order by events.id`,
    );
    return rows.map(({ event }) => event);
  }

  test('a sign-up has one event, even if another process creates the user at the same time', async () => {
    const [one, two] = [connectTo(database.url), connectTo(database.url)];
    const clerkUser = aClerkUser();
    const signUp = ({ users: repository }: typeof one): Promise<unknown> =>
      repository.sync({ ...clerkUser, version: { at: 1, exact: true } }, 'token');
    try {
      await Promise.all(Array.from({ length: 10 }, () => [signUp(one), signUp(two)]).flat());
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
    expect(await events()).toEqual([`${clerkUser.clerkId} created token`]);
  });

  test('COPY has one event per row', async () => {
    const rows = ['user_1', 'user_2', 'user_3'].map((id) => `${randomUUID()},${id},1`);
    await database.query(
      String.raw`copy users (id, clerk_id, profile_version) from program 'printf "${rows.join('\n')}"' csv`,
    );
    expect(await events()).toEqual([
      'user_1 created sql',
      'user_2 created sql',
      'user_3 created sql',
    ]);
  });

  test('one statement that inserts live, banned and deleted rows has the events of each', async () => {
    await database.query(
      `insert into users (id, clerk_id, profile_version, banned_at, deleted_at) values
         (gen_random_uuid(), 'live', 1, null, null), (gen_random_uuid(), 'banned', 1, now(), null),
         (gen_random_uuid(), 'deleted', 1, null, now()), (gen_random_uuid(), 'both', 1, now(), now())`,
    );
    expect(await events()).toEqual([
      ...['live created sql', 'banned created sql', 'banned banned sql'],
      ...['deleted deleted sql', 'both deleted sql'],
    ]);
  });

  test('a rolled-back change has no event, and a released savepoint has one', async () => {
    const insert = (id: string): string =>
      `insert into users (id, clerk_id, profile_version) values (gen_random_uuid(), '${id}', 1);`;
    await database.query(`begin; ${insert('user_1')} rollback;`);
    await database.query(
      `begin; ${insert('user_2')} savepoint one; ${insert('user_3')} rollback to one; ${insert('user_4')} commit;`,
    );
    const failing = `${insert('user_5')} update users set clerk_id = null where clerk_id = 'user_5'`;
    await expect(database.query(failing)).rejects.toMatchObject({ code: '23502' });
    expect(await events()).toEqual(['user_2 created sql', 'user_4 created sql']);
  });

  test('an update names the fields that changed, to and from null', async () => {
    await database.query(
      `insert into users (id, clerk_id, profile_version, email, name) values (gen_random_uuid(), 'user_1', 1, 'a', null)`,
    );
    for (const change of [
      `email = 'b'`,
      `email = null, name = 'n'`,
      `name = 'n', image_url = null, email = null`,
      `image_url = 'i', name = null`,
      `email = 'c', banned_at = now()`,
      `banned_at = null`,
      `email = null, image_url = null, deleted_at = now()`,
      `deleted_at = null`,
    ]) {
      await database.query(`update users set ${change}`);
    }
    expect((await events()).map((event) => event.replace('user_1 ', ''))).toEqual([
      ...[
        'created sql',
        'updated sql email',
        'updated sql email+name',
        'updated sql name+imageUrl',
      ],
      ...['updated sql email', 'banned sql', 'unbanned sql', 'deleted sql email+imageUrl'],
      'created sql',
    ]);
  });

  test('a sign-up with handlers has one event and a delivery for each handler of its type', async () => {
    await database.query(
      `insert into user_event_handlers (name, types, backfill_until) values
       ('one', '{created}', 0), ('two', '{created,banned}', 0), ('three', '{deleted}', 0)`,
    );
    await database.query(
      `insert into users (id, clerk_id, profile_version, banned_at) values
       (gen_random_uuid(), 'live', 1, null), (gen_random_uuid(), 'banned', 1, now())`,
    );
    expect(await events()).toEqual(['live created sql', 'banned created sql', 'banned banned sql']);
    const deliveries = await database.query<{ delivery: string }>(
      `select concat_ws(' ', users.clerk_id, events.type, deliveries.handler) as delivery
       from user_event_deliveries as deliveries
         join user_events as events on events.id = deliveries.event_id and events.user_id = deliveries.user_id
         join users on users.id = events.user_id
       order by deliveries.event_id, deliveries.handler`,
    );
    expect(deliveries.map(({ delivery }) => delivery)).toEqual([
      ...['live created one', 'live created two', 'banned created one', 'banned created two'],
      'banned banned two',
    ]);
  });

  test('temporary tables, operators and functions of a session neither run with the owner’s rights nor divert events', async () => {
    const hostile = `create temporary table user_events (like public.user_events including all);
      create temporary table user_event_handlers (like public.user_event_handlers including all);
      insert into user_event_handlers (name, types) values ('x', '{created,updated,deleted}');
      set local role ${role}; set local search_path to pg_temp, own_${role}, pg_catalog, public;`;
    const change = (sql: string): Promise<unknown> =>
      database.query(`begin; ${hostile} ${sql}; commit`);
    await database.query(`
      create schema own_${role} authorization ${role};
      begin; set local role ${role}; set local search_path to own_${role};
      create function assert_own_rights() returns void language plpgsql as $$ begin
        if current_user operator(pg_catalog.<>) '${role}' then
          raise 'Code of the session ran as %.', current_user;
        end if; end $$;
      create function equal(text, text) returns boolean language plpgsql as $$ begin
        perform own_${role}.assert_own_rights(); return $1 operator(pg_catalog.=) $2; end $$;
      create function unequal(text, text) returns boolean language plpgsql as $$ begin
        perform own_${role}.assert_own_rights(); return $1 operator(pg_catalog.<>) $2; end $$;
      create function current_setting(text, boolean) returns text language plpgsql as $$ begin
        perform own_${role}.assert_own_rights(); return 'diverted'; end $$;
      create operator = (leftarg = text, rightarg = text, function = equal);
      create operator <> (leftarg = text, rightarg = text, function = unequal);
      create domain text as pg_catalog.text check (value is null);
      commit`);
    const where = `where clerk_id operator(pg_catalog.=) 'user_1'`;
    await change(
      `insert into public.users (id, clerk_id, email, profile_version) values (pg_catalog.gen_random_uuid(), 'user_1', 'a', 1)`,
    );
    await change(`update public.users set email = 'b' ${where}`);
    await change(`delete from public.users ${where}`);
    expect((await events()).map((event) => event.replace('user_1 ', ''))).toEqual([
      'created sql',
      'updated sql email',
      'deleted sql',
    ]);
  });
});
