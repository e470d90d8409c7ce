import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { maxVersionLead, type Profile } from '../../../src/core/users/profile.js';
import {
  decideSync,
  type ComparedRow,
  type SyncDecision,
} from '../../../src/core/users/sync-rule.js';
import type { SyncResult } from '../../../src/core/users/user.repository.js';
import { connectTo, type DatabaseConnection } from '../../support/database-connection.js';
import { aPerson } from '../../support/people.js';
import type { StoredRow } from '../../support/stored-user.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

/** The outcome that the statement reports for each decision. */
const outcomes = {
  create: 'created',
  update: 'updated',
  'advance version': 'unchanged',
  unchanged: 'unchanged',
  stale: 'stale',
  ignored: 'ignored',
} as const satisfies Record<SyncDecision, SyncResult['outcome']>;

const hour = 3_600_000;
const now = Date.now();

/** Few values, so that rows and profiles often agree. */
const member = fc.constantFrom(null, 'a', 'b');
const person = fc.record({ email: member, name: member, imageUrl: member });

/** Includes versions one hour on either side of the 24 h limit: the test takes less than an hour. */
const version = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 1, 2, 3).map((at) => now - 10_000 + at) },
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(-hour, hour).map((by) => now + maxVersionLead + by) },
  { weight: 1, arbitrary: fc.constant(8_600_000_000_000_000) },
);

const anyRow: fc.Arbitrary<ComparedRow | null> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constant({ state: 'deleted' } as const) },
  {
    weight: 8,
    arbitrary: fc.record({ state: fc.constant('live' as const), user: person, version }),
  },
);

const anyProfile: fc.Arbitrary<Omit<Profile, 'clerkId'>> = fc
  .tuple(person, fc.record({ at: version, exact: fc.boolean() }))
  .map(([who, at]) => ({ ...who, version: at }));

let database: TestDatabase;
let connection: DatabaseConnection;
beforeAll(async () => {
  database = await createTestDatabase();
  connection = connectTo(database.url);
});
afterAll(async () => {
  await connection.close();
  await database.drop();
});

async function store(clerkId: string, row: ComparedRow | null): Promise<void> {
  if (row === null) return;
  const { email, name, imageUrl } =
    row.state === 'live' ? row.user : { email: null, name: null, imageUrl: null };
  await connection.pool.query(
    `insert into users (id, clerk_id, email, name, image_url, profile_version, deleted_at)
     values (gen_random_uuid(), $1, $2, $3, $4, $5, case when $6 then now() end)`,
    [clerkId, email, name, imageUrl, row.state === 'live' ? row.version : 0, row.state !== 'live'],
  );
}

async function read(clerkId: string): Promise<StoredRow | undefined> {
  const { rows } = await connection.pool.query<StoredRow>(
    `select id, email, name, image_url, profile_version, deleted_at is not null as deleted, xmin::text
     from users where clerk_id = $1`,
    [clerkId],
  );
  return rows[0];
}

test('decideSync and the SQL statement agree for random rows and profiles', async () => {
  await fc.assert(
    fc.asyncProperty(anyRow, anyProfile, async (row, given) => {
      const { clerkId } = aPerson();
      await store(clerkId, row);
      const before = await read(clerkId);
      const profile = { ...given, clerkId };
      const decision = decideSync(row, profile, Date.now());

      const result = await connection.users.sync(profile);
      const after = await read(clerkId);

      expect(result.outcome).toBe(outcomes[decision]);
      expect(after?.xmin !== before?.xmin).toBe(
        ['create', 'update', 'advance version'].includes(decision),
      );
      expect(contents(after)).toEqual(expected(decision, before, profile));
      if (result.outcome !== 'ignored') {
        expect(String(result.version)).toBe(after?.profile_version);
        expect(result.user).toMatchObject({ email: after?.email, name: after?.name });
      }
    }),
    { numRuns: 400 },
  );
});

function contents(row: StoredRow | undefined): unknown {
  return row && [row.email, row.name, row.image_url, row.profile_version];
}

function expected(
  decision: SyncDecision,
  before: StoredRow | undefined,
  { email, name, imageUrl, version: { at } }: Profile,
): unknown {
  return decision === 'create' || decision === 'update' || decision === 'advance version'
    ? [email, name, imageUrl, String(at)]
    : contents(before);
}
