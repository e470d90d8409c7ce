import type { InferSelectModel } from 'drizzle-orm';
import { User } from '../../core/users/user.entity.js';
import type { StoredUser } from '../../core/users/user.repository.js';
import type { users } from './users.table.js';

export type UserRow = InferSelectModel<typeof users>;

/** @returns the entity of a live row; a tombstone has none */
export function toStoredUser(row: UserRow): StoredUser {
  if (row.deletedAt !== null) return { state: 'deleted' };
  const createdAt = row.createdAt.toISOString();
  const updatedAt = row.updatedAt.toISOString();
  // Most users have never changed: one text serves for both.
  const last = updatedAt === createdAt ? createdAt : updatedAt;
  return { state: 'live', user: new User({ ...row, createdAt, updatedAt: last }) };
}
