import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import { User } from '../../core/users/user.entity.js';
import type { StoredUser } from '../../core/users/user.repository.js';
import { users } from './users.table.js';

/** A row as it is read: times in milliseconds since the epoch. */
export interface UserRow {
  readonly id: string;
  readonly clerkId: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly imageUrl: string | null;
  readonly profileVersion: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
}

/**
 * A timestamp as a number. PostgreSQL writes timestamps as text in the style and zone of its settings
 * (`DateStyle`, `TimeZone`), in which 5 March may read as 3 May; a number has no style.
 *
 * @param timestamp a `timestamptz`
 */
export function epochMs(timestamp: SQLWrapper): SQL {
  return sql`floor(extract(epoch from ${timestamp}) * 1000)::bigint`;
}

/** What a select reads of `users`. */
export const userColumns = {
  id: users.id,
  clerkId: users.clerkId,
  email: users.email,
  name: users.name,
  imageUrl: users.imageUrl,
  profileVersion: users.profileVersion,
  createdAt: epochMs(users.createdAt).mapWith(Number).as('created_at'),
  updatedAt: epochMs(users.updatedAt).mapWith(Number).as('updated_at'),
  deletedAt: epochMs(users.deletedAt).mapWith(toNumberOrNull).as('deleted_at'),
};

/** @returns the entity of a live row; a tombstone has none */
export function toStoredUser(row: UserRow): StoredUser {
  if (row.deletedAt !== null) return { state: 'deleted' };
  const createdAt = new Date(row.createdAt).toISOString();
  // Most users have never changed: they share one string.
  const updatedAt =
    row.updatedAt === row.createdAt ? createdAt : new Date(row.updatedAt).toISOString();
  const user = new User({ ...row, createdAt, updatedAt });
  return { state: 'live', user, version: row.profileVersion };
}

function toNumberOrNull(value: unknown): number | null {
  return value === null ? null : Number(value);
}
