import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  isComparable,
  maxVersionLead,
  type Profile,
} from '@populatte/nestjs-clerk-sync/src/core/profile.js';
import {
  decideSync,
  type ComparedRow,
  type SyncDecision,
} from '@populatte/nestjs-clerk-sync/src/core/sync-rule.js';
import type { SyncResult } from '@populatte/nestjs-clerk-sync/src/core/user.repository.js';
import { connectTo, type DatabaseConnection } from '../../support/database-connection.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import type { StoredRow } from '../../support/stored-user.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

/**
 * The outcome that the statement reports for each decision. It describes the profile, not the ban.
 */
const outcomes = {
  create: 'created',
  update: 'updated',
  'change ban': undefined,
  'advance version': 'unchanged',
  unchanged: 'unchanged',
  stale: 'stale',
  ignored: 'ignored',
} as const satisfies Record<SyncDecision, SyncResult['outcome'] | undefined>;

const hour = 3_600_000;
const now = Date.now();

/** Few values, so that rows and profiles often match. */
const member = fc.constantFrom(null, 'a', 'b');
const clerkUser = fc.record({ email: member, name: member, imageUrl: member });

/** Includes versions one hour on either side of the 24 h limit: the test takes less than an hour. */
const version = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 1, 2, 3).map((at) => now - 10_000 + at) },
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(-hour, hour).map((by) => now + maxVersionLead + by) },
  { weight: 1, arbitrary: fc.constant(8_600_000_000_000_000) },
);

const banTime = now - 10_000;
const anyBan = fc.record({
  banVersion: fc.oneof(fc.constant(0), version),
  revocations: fc.constantFrom({ bannedAt: null }, { bannedAt: banTime }),
});

const anyRow: fc.Arbitrary<ComparedRow | null> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constant({ state: 'deleted' } as const) },
  {
    weight: 8,
    arbitrary: fc
      .record({ state: fc.constant('live' as const), user: clerkUser, version, ban: anyBan })
      .map(({ ban, ...row }) => ({ ...row, ...ban })),
  },
);

const anyProfile: fc.Arbitrary<Omit<Profile, 'clerkId'>> = fc
  .tuple(
    clerkUser,
    fc.record({ at: version, exact: fc.boolean() }),
    fc.constantFrom({}, { banned: true }, { banned: false }),
  )
  .map(([who, at, ban]) => ({ ...who, ...ban, version: at }));

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
    row.state === 'live' && isComparable(row.user)
      ? row.user
      : { email: null, name: null, imageUrl: null };
  await connection.pool.query(
    `insert into users
       (id, clerk_id, email, name, image_url, profile_version, deleted_at, ban_version, banned_at)
     values
       (gen_random_uuid(), $1, $2, $3, $4, $5, case when $6 then now() end, $7, to_timestamp($8 / 1000.0))`,
    [
      ...[clerkId, email, name, imageUrl],
      ...(row.state === 'live'
        ? [row.version, false, row.banVersion ?? 0, row.revocations?.bannedAt ?? null]
        : [0, true, 0, null]),
    ],
  );
}

interface RowWithBan extends StoredRow {
  readonly ban_version: string;
  /** Milliseconds since the epoch. */
  readonly banned_at: string | null;
}

async function read(clerkId: string): Promise<RowWithBan | undefined> {
  const { rows } = await connection.pool.query<RowWithBan>(
    `select id, email, name, image_url, profile_version, deleted_at is not null as deleted, xmin::text,
       ban_version, (extract(epoch from banned_at) * 1000)::bigint as banned_at
     from users where clerk_id = $1`,
    [clerkId],
  );
  return rows[0];
}

/** A request's sync begins with a different statement than a webhook's. */
const source = fc.constantFrom('token', 'backend_api', 'webhook');

test('decideSync and the SQL statements agree for random rows and profiles', async () => {
  await fc.assert(
    fc.asyncProperty(anyRow, anyProfile, source, async (row, given, from) => {
      const { clerkId } = aClerkUser();
      await store(clerkId, row);
      const before = await read(clerkId);
      const profile = { ...given, clerkId };
      const decision = decideSync(row, profile, Date.now());

      const result = await connection.users.sync(profile, from);
      const after = await read(clerkId);

      expect(result.outcome).toBe(outcomes[decision] ?? profileOutcome(row, profile));
      expect(after?.xmin !== before?.xmin).toBe(
        ['create', 'update', 'change ban', 'advance version'].includes(decision),
      );
      expect(contents(after)).toEqual(expected(decision, row, before, profile));
      if (decision !== 'unchanged' && decision !== 'stale' && decision !== 'ignored') {
        expect([Number(after?.ban_version), after?.banned_at]).toEqual(expectedBan(row, profile));
      }
      if (result.outcome !== 'ignored') {
        expect(String(result.version)).toBe(after?.profile_version);
        expect(result.user).toMatchObject({ email: after?.email, name: after?.name });
        expect(result.revocations?.bannedAt ?? null).toBe(
          typeof after?.banned_at === 'string' ? Number(after.banned_at) : null,
        );
      }
    }),
    { numRuns: 800 },
  );
});

/** The outcome of a sync that writes only the ban. */
function profileOutcome(row: ComparedRow | null, profile: Profile): 'unchanged' | 'stale' {
  if (row?.state !== 'live' || !isComparable(row.user)) {
    throw new Error('Only a live row has a ban.');
  }
  const { email, name, imageUrl } = row.user;
  const isSame = email === profile.email && name === profile.name && imageUrl === profile.imageUrl;
  return isSame ? 'unchanged' : 'stale';
}

function contents(row: StoredRow | undefined): unknown {
  return row && [row.email, row.name, row.image_url, row.profile_version];
}

function expected(
  decision: SyncDecision,
  row: ComparedRow | null,
  before: StoredRow | undefined,
  { email, name, imageUrl, version: { at } }: Profile,
): unknown {
  const isNewer = row?.state !== 'live' || at > plausible(row.version);
  return decision === 'create' ||
    decision === 'update' ||
    decision === 'advance version' ||
    (decision === 'change ban' && isNewer)
    ? [email, name, imageUrl, String(at)]
    : contents(before);
}

function expectedBan(row: ComparedRow | null, { banned, version }: Profile): unknown {
  const stored: Partial<Extract<ComparedRow, { state: 'live' }>> & { version: number } =
    row?.state === 'live' ? row : { version: 0 };
  const banVersion = stored.banVersion ?? 0;
  const bannedAt = stored.revocations?.bannedAt ?? null;
  const unchanged = [banVersion, bannedAt === null ? null : String(bannedAt)];
  if (banned === undefined || !version.exact) return unchanged;
  if (row !== null && version.at <= plausible(banVersion)) return unchanged;
  if (banned === (bannedAt !== null)) return [version.at, unchanged[1]];
  if (!banned) return [version.at, null];
  return version.at < plausible(stored.version)
    ? [version.at, unchanged[1]]
    : [version.at, String(version.at)];
}

/** Versions over 24 h ahead count as 0. */
function plausible(version: number): number {
  return version > Date.now() + maxVersionLead ? 0 : version;
}
