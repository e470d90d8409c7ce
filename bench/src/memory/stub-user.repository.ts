import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { toStoredUser } from '@populatte/nestjs-clerk-sync/internal';
import {
  type DeletionOutcome,
  type Profile,
  type StoredUser,
  type SyncResult,
  UserRepository,
} from '@populatte/nestjs-clerk-sync';
import type { User } from '@populatte/api/core/users/user.entity.js';
import type { users } from '@populatte/api/infrastructure/database/users.table.js';
import { toUser } from '@populatte/api/infrastructure/database/to-user.js';

const nullableText = z.string().nullable();
const columns = z.object({
  id: z.string(),
  clerkId: z.string(),
  email: nullableText,
  name: nullableText,
  imageUrl: nullableText,
});

/** Every user has a row that equals the profile, in its own strings. */
export class StubUserRepository extends UserRepository<User> {
  override sync(profile: Profile): Promise<SyncResult<User>> {
    // Creates new strings, as the driver does for data from PostgreSQL.
    const row = columns.parse(JSON.parse(JSON.stringify({ ...profile, id: randomUUID() })));
    const now = new Date();
    const moments = { createdAt: now, updatedAt: now, deletedAt: null };
    const access = { bannedAt: null, banVersion: 0 };
    const stored = toStoredUser<typeof users, User>(
      { ...row, ...moments, ...access, profileVersion: profile.version.at },
      [],
      { toUser },
    );
    return Promise.resolve(
      stored.state === 'live'
        ? { outcome: 'unchanged', user: stored.user, version: stored.version }
        : { outcome: 'ignored' },
    );
  }

  override findById(): Promise<User | null> {
    return Promise.resolve(null);
  }

  override findByClerkId(): Promise<StoredUser<User> | null> {
    return Promise.resolve(null);
  }

  override markDeleted(): Promise<DeletionOutcome> {
    return Promise.resolve('ignored');
  }

  override restore(): Promise<boolean> {
    return Promise.resolve(false);
  }

  override endSession(): Promise<void> {
    return Promise.resolve();
  }
}
