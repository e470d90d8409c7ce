import { expect, test } from 'vitest';
import { clerkUserJson } from '@populatte/clerk-stub';
import { withApi } from '../support/api-fixture.js';
import { Canaries } from '../support/canaries.js';
import { expectOutcome, expectProblem, expectUser } from '../support/expect-answer.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken } from '../support/session-token.js';
import type { TestDatabase } from '../support/test-database.js';
import { deliver } from '../support/webhook.js';

const fixture = withApi({ LOG_LEVEL: 'trace' });

/** All rows of all tables except PostgreSQL's own, as text. */
async function everythingStored(database: TestDatabase): Promise<string> {
  const tables = await database.query<{ name: string }>(
    `select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables
     union select format('%I.%I', schemaname, matviewname) from pg_matviews`,
  );
  expect(tables.map(({ name }) => name)).toContain('public.users');
  const rows = await Promise.all(
    tables.map(({ name }) =>
      database.query<{ row: string }>(`select t::text as row from ${name} t`),
    ),
  );
  return rows
    .flat()
    .map(({ row }) => row)
    .join('\n');
}

/** Statements that the server shows for its connections, and values in its column statistics. */
async function everythingRemembered(database: TestDatabase): Promise<string> {
  const statements = await database.query<{ query: string }>(
    'select query from pg_stat_activity where datname = current_database()',
  );
  await database.query('analyze');
  const values = await database.query<{ row: string }>(
    `select concat(most_common_vals::text, histogram_bounds::text) as row from pg_stats
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  return [...statements.map(({ query }) => query), ...values.map(({ row }) => row)].join('\n');
}

test('a deletion erases every personal value of every version from the whole database', async () => {
  const { api, clerk, database } = fixture();
  const canaries = new Canaries();
  const mark = (what: string): string => canaries.plant(what);
  const { clerkId } = aClerkUser();
  const version = (which: string): ReturnType<typeof aClerkUser> =>
    aClerkUser({
      clerkId,
      email: `${mark(`${which}: email`)}@people.example`,
      name: `${mark(`${which}: first name`)} ${mark(`${which}: last name`)}`,
      imageUrl: `https://img.people.example/${mark(`${which}: image URL`)}.png`,
    });

  const first = version('the first token');
  const token = await aProfileToken(clerk.key, first, {
    claims: { metadata: mark('a claim that is not kept') },
  });
  const { id, createdAt } = expectUser(await api.me(token));
  const renamed = version('a webhook');
  const others = {
    phone_numbers: [{ phone_number: mark('phone number') }],
    private_metadata: { note: mark('private metadata') },
  };
  const now = Date.now() + 1_000;
  expectOutcome(await deliver(api, 'user.updated', clerkUserJson(renamed, now, others)), 'updated');

  // Proves that the search works: stored values are found.
  expect(canaries.foundIn(await everythingStored(database)).sort()).toEqual([
    'a webhook: email',
    'a webhook: first name',
    'a webhook: image URL',
    'a webhook: last name',
  ]);

  const neighbour = aClerkUser();
  const kept = expectUser(await api.me(await aProfileToken(clerk.key, neighbour)));
  expectOutcome(await deliver(api, 'user.deleted', { id: clerkId, deleted: true }), 'deleted');
  // Late tokens and webhooks restore nothing.
  const late = version('a late webhook');
  expectOutcome(await deliver(api, 'user.updated', clerkUserJson(late, now + 1_000)), 'ignored');
  expectProblem(await api.me(token), 401, 'user_deleted');

  expect(canaries.foundIn(await everythingStored(database))).toEqual([]);
  expect(canaries.foundIn(await everythingRemembered(database))).toEqual([]);
  expect(canaries.foundIn(api.written)).toEqual([]);

  // Only the two ids and the timestamps remain.
  const rows = await database.query<Record<string, unknown>>(
    'select * from users where clerk_id = $1',
    [clerkId],
  );
  const { created_at, updated_at, deleted_at, profile_version, ...rest } = rows[0] ?? {};
  const erased = { email: null, name: null, image_url: null, banned_at: null, ban_version: '0' };
  expect(rest).toEqual({ id, clerk_id: clerkId, ...erased });
  expect(created_at).toEqual(new Date(createdAt));
  expect(updated_at).toEqual(deleted_at);
  expect(profile_version).toBeDefined();
  // Other users are not affected.
  expect(expectUser(await api.me(await aProfileToken(clerk.key, neighbour)))).toEqual(kept);
});

test('a deletion of an unknown user stores only the Clerk id', async () => {
  const { api, database } = fixture();
  const canaries = new Canaries();
  const clerkUser = aClerkUser({ email: `${canaries.plant('email')}@people.example` });
  const deletion = { ...clerkUserJson(clerkUser, Date.now()), deleted: true };
  expectOutcome(await deliver(api, 'user.deleted', deletion), 'deleted');
  expect(canaries.foundIn(await everythingStored(database))).toEqual([]);
});
