import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Profile, toStoredUser } from '@populatte/nestjs-clerk-sync/internal';
import {
  type DeletionOutcome,
  type StoredUser,
  type SyncResult,
  type User,
  UserRepository,
} from '@populatte/nestjs-clerk-sync';

const nullableText = z.string().nullable();
const columns = z.object({
  id: z.string(),
  clerkId: z.string(),
  email: nullableText,
  name: nullableText,
  imageUrl: nullableText,
});

/** Every user has a row that equals the profile, in its own strings. */
export class StoredPeople extends UserRepository {
  override sync(profile: Profile): Promise<SyncResult> {
    // The driver makes new strings of what arrives from PostgreSQL; so does this.
    const row = columns.parse(JSON.parse(JSON.stringify({ ...profile, id: randomUUID() })));
    const now = Date.now();
    const moments = { createdAt: now, updatedAt: now, deletedAt: null };
    const access = { bannedAt: null, banVersion: 0, endedSessions: [] };
    const stored = toStoredUser({
      ...row,
      ...moments,
      ...access,
      profileVersion: profile.version.at,
    });
    return Promise.resolve(
      stored.state === 'live'
        ? { outcome: 'unchanged', user: stored.user, version: stored.version }
        : { outcome: 'ignored' },
    );
  }

  override findById(): Promise<User | null> {
    return Promise.resolve(null);
  }

  override findByClerkId(): Promise<StoredUser | null> {
    return Promise.resolve(null);
  }

  override markDeleted(): Promise<DeletionOutcome> {
    return Promise.resolve('ignored');
  }

  override endSession(): Promise<void> {
    return Promise.resolve();
  }
}
