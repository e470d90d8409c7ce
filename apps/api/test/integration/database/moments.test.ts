import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UserRepository } from '@populatte/nestjs-clerk-sync/src/core/user.repository.js';
import { connectTo, type DatabaseConnection } from '../../support/database-connection.js';
import {
  aClerkUser,
  type ClerkUser,
} from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfile } from '@populatte/nestjs-clerk-sync/test/support/profile.builder.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

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

/**
 * Starts a write that waits for a transaction, which then writes a later timestamp to the same row.
 * The later timestamp is written first.
 *
 * @returns both timestamps in the order in which they were written
 */
async function writeBehind(
  { clerkId }: ClerkUser,
  write: (users: UserRepository) => Promise<unknown>,
): Promise<readonly [Date, Date]> {
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  try {
    await other.query('begin');
    await other.query('select from users where clerk_id = $1 for update', [clerkId]);
    const writing = write(connection.users);
    await expect(Promise.race([writing, sleep(200, 'still waiting')])).resolves.toBe(
      'still waiting',
    );
    const first = await other.query<{ updated_at: Date }>(
      `update users set updated_at = clock_timestamp() where clerk_id = $1 returning updated_at`,
      [clerkId],
    );
    await other.query('commit');
    await writing;
    const second = await other.query<{ updated_at: Date }>(
      'select updated_at from users where clerk_id = $1',
      [clerkId],
    );
    return [moment(first), moment(second)];
  } finally {
    await other.end();
  }
}

function moment({ rows }: pg.QueryResult<{ updated_at: Date }>): Date {
  const [row] = rows;
  if (row === undefined) throw new Error('There is no row.');
  return row.updated_at;
}

test('an update that waited for a later one does not move updatedAt backwards', async () => {
  const clerkUser = aClerkUser();
  await connection.users.sync(aProfile(clerkUser));
  const [first, second] = await writeBehind(clerkUser, (users) =>
    users.sync(aProfile({ ...clerkUser, name: 'Grace' }, 1)),
  );
  expect(second.getTime()).toBeGreaterThanOrEqual(first.getTime());
});

test('a deletion that waited for a later update does not move updatedAt backwards', async () => {
  const clerkUser = aClerkUser();
  await connection.users.sync(aProfile(clerkUser));
  const [first, second] = await writeBehind(clerkUser, (users) =>
    users.markDeleted(clerkUser.clerkId),
  );
  expect(second.getTime()).toBeGreaterThanOrEqual(first.getTime());
});
