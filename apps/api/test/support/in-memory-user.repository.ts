import { randomUUID } from 'node:crypto';
import type { Profile } from '../../src/core/users/profile.js';
import { decideSync } from '../../src/core/users/sync-rule.js';
import { User } from '../../src/core/users/user.entity.js';
import {
  UserRepository,
  type DeletionOutcome,
  type StoredUser,
  type SyncResult,
} from '../../src/core/users/user.repository.js';

/** Users in a map, by the same contract as the real store: what use cases are tested on. */
export class InMemoryUserRepository extends UserRepository {
  private readonly rows = new Map<string, StoredUser>();

  override findById(id: string): Promise<User | null> {
    for (const row of this.rows.values()) {
      if (row.state === 'live' && row.user.id === id) return Promise.resolve(row.user);
    }
    return Promise.resolve(null);
  }

  override findByClerkId(clerkId: string): Promise<StoredUser | null> {
    return Promise.resolve(this.rows.get(clerkId) ?? null);
  }

  override sync(profile: Profile): Promise<SyncResult> {
    return Promise.resolve(this.apply(profile));
  }

  override markDeleted(clerkId: string): Promise<DeletionOutcome> {
    const outcome = this.rows.get(clerkId)?.state === 'deleted' ? 'ignored' : 'deleted';
    this.rows.set(clerkId, { state: 'deleted' });
    return Promise.resolve(outcome);
  }

  private apply(profile: Profile): SyncResult {
    const row = this.rows.get(profile.clerkId);
    if (row?.state === 'deleted') return { outcome: 'ignored' };
    const decision = decideSync(row ?? null, profile, Date.now());
    if (row === undefined) return this.written(profile, 'created');
    switch (decision) {
      case 'update':
        return this.written(profile, 'updated', row.user);
      case 'advance version':
        this.rows.set(profile.clerkId, { ...row, version: profile.version.at });
        return { outcome: 'unchanged', user: row.user, version: profile.version.at };
      default:
        return {
          outcome: decision === 'stale' ? 'stale' : 'unchanged',
          user: row.user,
          version: row.version,
        };
    }
  }

  private written(
    { version, ...person }: Profile,
    outcome: 'created' | 'updated',
    before?: User,
  ): SyncResult {
    const now = new Date().toISOString();
    const { id, createdAt } = before ?? { id: randomUUID(), createdAt: now };
    const user = new User({ ...person, id, createdAt, updatedAt: now });
    this.rows.set(person.clerkId, { state: 'live', user, version: version.at });
    return { outcome, user, version: version.at };
  }
}
