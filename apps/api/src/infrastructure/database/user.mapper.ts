import type { InferSelectModel } from 'drizzle-orm';
import { User } from '../../core/users/user.entity.js';
import type { StoredUser } from '../../core/users/user.repository.js';
import type { users } from './users.table.js';

export type UserRow = InferSelectModel<typeof users>;

/** @returns the entity of a live row; a tombstone has none */
export function toStoredUser(row: UserRow): StoredUser {
  return row.deletedAt === null ? { state: 'live', user: new User(row) } : { state: 'deleted' };
}
