import type { TestDatabase } from './test-database.js';

/** A row as it is stored; `xmin` changes with every write. */
export interface StoredRow {
  readonly id: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly image_url: string | null;
  readonly profile_version: string;
  readonly deleted: boolean;
  readonly xmin: string;
}

/** @returns the rows of this Clerk id: there should never be more than one */
export function storedRows(database: TestDatabase, clerkId: string): Promise<StoredRow[]> {
  return database.query<StoredRow & Record<string, unknown>>(
    `select id, email, name, image_url, profile_version, deleted_at is not null as deleted, xmin::text
     from users where clerk_id = $1`,
    [clerkId],
  );
}

/** @returns the one row of this Clerk id */
export async function storedRow(database: TestDatabase, clerkId: string): Promise<StoredRow> {
  const [row, ...others] = await storedRows(database, clerkId);
  if (row === undefined || others.length > 0) throw new Error(`There is not one row: ${clerkId}`);
  return row;
}

/**
 * @param acknowledged local ids by Clerk id, from the API's responses
 * @returns the Clerk ids whose live row is missing or has a different id
 */
export async function lostUsers(
  database: TestDatabase,
  acknowledged: ReadonlyMap<string, string>,
): Promise<string[]> {
  const rows = await database.query<{ clerk_id: string; id: string }>(
    'select clerk_id, id from users where deleted_at is null',
  );
  const stored = new Map(rows.map(({ clerk_id, id }) => [clerk_id, id]));
  return [...acknowledged].filter(([who, id]) => stored.get(who) !== id).map(([who]) => who);
}
