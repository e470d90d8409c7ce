import { randomUUID } from 'node:crypto';
import type { Profile } from '../../src/core/users/profile.js';
import { User } from '../../src/core/users/user.entity.js';
import {
  UserRepository,
  type DeletionOutcome,
  type StoredUser,
  type SyncResult,
} from '../../src/core/users/user.repository.js';

type Row = { readonly user: User; readonly version: number } | 'tombstone';

/** Users in a map, by the same contract as the real store: what use cases are tested on. */
export class InMemoryUserRepository extends UserRepository {
  private readonly rows = new Map<string, Row>();

  override findById(id: string): Promise<User | null> {
    for (const row of this.rows.values()) {
      if (row !== 'tombstone' && row.user.id === id) return Promise.resolve(row.user);
    }
    return Promise.resolve(null);
  }

  override findByClerkId(clerkId: string): Promise<StoredUser | null> {
    const row = this.rows.get(clerkId);
    if (row === undefined) return Promise.resolve(null);
    return Promise.resolve(
      row === 'tombstone' ? { state: 'deleted' } : { state: 'live', user: row.user },
    );
  }

  override sync(profile: Profile): Promise<SyncResult> {
    return Promise.resolve(this.apply(profile));
  }

  override markDeleted(clerkId: string): Promise<DeletionOutcome> {
    const outcome = this.rows.get(clerkId) === 'tombstone' ? 'ignored' : 'deleted';
    this.rows.set(clerkId, 'tombstone');
    return Promise.resolve(outcome);
  }

  private apply({ version, ...person }: Profile): SyncResult {
    const row = this.rows.get(person.clerkId);
    if (row === 'tombstone') return { outcome: 'ignored' };
    const now = new Date().toISOString();
    if (row === undefined) {
      const user = new User({ ...person, id: randomUUID(), createdAt: now, updatedAt: now });
      this.rows.set(person.clerkId, { user, version: version.at });
      return { outcome: 'created', user };
    }
    const same =
      row.user.email === person.email &&
      row.user.name === person.name &&
      row.user.imageUrl === person.imageUrl;
    if (version.at <= row.version) return { outcome: same ? 'unchanged' : 'stale', user: row.user };
    if (same) {
      if (version.exact) this.rows.set(person.clerkId, { user: row.user, version: version.at });
      return { outcome: 'unchanged', user: row.user };
    }
    const { id, createdAt } = row.user;
    const user = new User({ ...person, id, createdAt, updatedAt: now });
    this.rows.set(person.clerkId, { user, version: version.at });
    return { outcome: 'updated', user };
  }
}
