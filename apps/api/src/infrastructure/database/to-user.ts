import type { ClerkUserRow } from '@populatte/nestjs-clerk-sync';
import { User } from '../../core/users/user.entity.js';
import type { users } from './users.table.js';

/** @returns the entity of a row */
export function toUser(row: ClerkUserRow<typeof users>): User {
  const createdAt = row.createdAt.toISOString();
  // Most users have never changed: they share one string.
  const isUnchanged = row.updatedAt.getTime() === row.createdAt.getTime();
  const updatedAt = isUnchanged ? createdAt : row.updatedAt.toISOString();
  return new User({ ...row, createdAt, updatedAt });
}
