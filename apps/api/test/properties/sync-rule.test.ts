import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase } from '../../src/infrastructure/database/database.js';
import { DrizzleUserRepository } from '../../src/infrastructure/database/drizzle-user.repository.js';
import {
  applyEvent,
  modelRow,
  permutations,
  type ModelRow,
  type SyncEvent,
} from '../support/sync-model.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** How many histories each property tries; `HISTORIES=100000 npm run test:properties` tries more. */
const numRuns = Number(process.env['HISTORIES'] ?? 1_000);

/** A run says its seed when it fails; `SEED=… npm run test:properties` tries the same again. */
const seed = process.env['SEED'] === undefined ? {} : { seed: Number(process.env['SEED']) };

const someTime = Date.UTC(2026, 0, 15, 12);

/** Few values, so that histories meet themselves: the same profile again, the same version again. */
const person = fc.record({
  email: fc.constantFrom('a@people.example', 'b@people.example', null),
  name: fc.constantFrom('Ada', 'Grace', null),
  imageUrl: fc.constantFrom('https://img.people.example/1', null),
});
const version = fc.record({
  at: fc.integer({ min: 0, max: 6 }).map((step) => someTime + step * 1_000),
  exact: fc.boolean(),
});
type Told = Omit<Extract<SyncEvent, { kind: 'profile' }>['profile'], 'clerkId'>;
const told: fc.Arbitrary<Told | 'deletion'> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(person, version).map(([p, v]) => ({ ...p, version: v })) },
  { weight: 1, arbitrary: fc.constant('deletion' as const) },
);

let database: TestDatabase;
let pool: pg.Pool;
let users: DrizzleUserRepository;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 10 });
  users = new DrizzleUserRepository(createDatabase(pool));
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

function about(clerkId: string, what: Told | 'deletion'): SyncEvent {
  if (what === 'deletion') return { kind: 'deletion' };
  const { version: at, ...profile } = what;
  return { kind: 'profile', profile: { clerkId, ...profile, version: at } };
}

async function apply(clerkId: string, event: SyncEvent): Promise<string> {
  if (event.kind === 'deletion') return users.markDeleted(clerkId);
  return (await users.sync(event.profile)).outcome;
}

interface Row {
  readonly id: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly image_url: string | null;
  readonly version: string;
  readonly deleted: boolean;
}

async function rows(clerkId: string): Promise<Row[]> {
  const result = await pool.query<Row>(
    `select id, email, name, image_url, profile_version as version, deleted_at is not null as deleted
     from users where clerk_id = $1`,
    [clerkId],
  );
  return result.rows;
}

async function storedRow(clerkId: string): Promise<ModelRow> {
  const [row, ...doubles] = await rows(clerkId);
  expect(doubles).toEqual([]);
  if (row === undefined) return null;
  if (row.deleted) {
    expect([row.email, row.name, row.image_url]).toEqual([null, null, null]);
    return { state: 'deleted' };
  }
  return {
    state: 'live',
    profile: { clerkId, email: row.email, name: row.name, imageUrl: row.image_url },
    version: Number(row.version),
  };
}

describe('the sync rule on PostgreSQL, against its model', () => {
  test('one after the other, every outcome and every row is the model’s, and no id changes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(told, { minLength: 1, maxLength: 12 }), async (history) => {
        const clerkId = `user_${randomUUID()}`;
        let row: ModelRow = null;
        const ids = new Set<string>();
        for (const event of history.map((what) => about(clerkId, what))) {
          const step = applyEvent(row, event);
          expect(await apply(clerkId, event)).toBe(step.outcome);
          row = step.row;
          for (const { id } of await rows(clerkId)) ids.add(id);
        }
        expect(await storedRow(clerkId)).toEqual(row);
        expect(ids.size).toBe(1);
      }),
      { numRuns, ...seed },
    );
  }, 600_000);

  test('all at once, the row is one that some order of the same events gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(told, { minLength: 2, maxLength: 5 }), async (history) => {
        const clerkId = `user_${randomUUID()}`;
        const events = history.map((what) => about(clerkId, what));
        await Promise.all(events.map((event) => apply(clerkId, event)));
        const possible = permutations(events).map((order) => modelRow(order));
        expect(possible).toContainEqual(await storedRow(clerkId));
      }),
      { numRuns, ...seed },
    );
  }, 600_000);

  const created = { email: 'a@people.example', name: 'Ada', imageUrl: null };
  const story: readonly (Told | 'deletion')[] = [
    { ...created, version: { at: someTime, exact: true } },
    { ...created, name: 'Ada L.', version: { at: someTime + 1_000, exact: true } },
    { ...created, name: 'Ada Lovelace', version: { at: someTime + 2_000, exact: true } },
    'deletion',
  ];

  test.each(permutations([...story.keys()]).map((order) => [order.join(', '), order] as const))(
    'created, updated, updated again and deleted, in the order %s: deleted',
    async (_name, order) => {
      const clerkId = `user_${randomUUID()}`;
      for (const index of order) {
        const what = story[index];
        if (what !== undefined) await apply(clerkId, about(clerkId, what));
      }
      expect(await storedRow(clerkId)).toEqual({ state: 'deleted' });
    },
  );

  test.each(permutations([0, 1, 2]).map((order) => [order.join(', '), order] as const))(
    'created, updated and updated again, in the order %s: the newest',
    async (_name, order) => {
      const clerkId = `user_${randomUUID()}`;
      for (const index of order) {
        const what = story[index];
        if (what !== undefined) await apply(clerkId, about(clerkId, what));
      }
      expect(await storedRow(clerkId)).toMatchObject({
        profile: { name: 'Ada Lovelace' },
        version: someTime + 2_000,
      });
    },
  );
});
