import { randomUUID } from 'node:crypto';
import type { Profile } from '../../src/core/profile.js';
import { decideSync, type SyncDecision } from '../../src/core/sync-rule.js';
import type { User } from '../../src/core/user.entity.js';
import { aLocalUser } from './a-local-user.js';
import {
  UserRepository,
  type DeletionOutcome,
  type EventSource,
  type StoredUser,
  type SyncResult,
} from '../../src/core/user.repository.js';

/** Users in a map, with the same contract as the real store, for tests of use cases. */
export class InMemoryUserRepository extends UserRepository {
  /** The source of each write. */
  readonly sources: (EventSource | undefined)[] = [];
  private readonly rows = new Map<string, StoredUser>();
  private readonly endedSessions = new Map<string, Set<string>>();
  /** A tombstone keeps the local id in case the user is restored. */
  private readonly ids = new Map<string, Pick<User, 'id' | 'createdAt'>>();

  override findById(id: string): Promise<User | null> {
    for (const row of this.rows.values()) {
      if (row.state === 'live' && row.user.id === id) return Promise.resolve(row.user);
    }
    return Promise.resolve(null);
  }

  override findByClerkId(clerkId: string): Promise<StoredUser | null> {
    const row = this.rows.get(clerkId);
    if (row?.state !== 'live') return Promise.resolve(row ?? null);
    return Promise.resolve(this.withSessions(clerkId, row));
  }

  override sync(profile: Profile, source?: EventSource): Promise<SyncResult> {
    this.sources.push(source);
    return Promise.resolve(this.apply(profile));
  }

  override markDeleted(clerkId: string, source?: EventSource): Promise<DeletionOutcome> {
    this.sources.push(source);
    const outcome = this.rows.get(clerkId)?.state === 'deleted' ? 'ignored' : 'deleted';
    this.rows.set(clerkId, { state: 'deleted' });
    return Promise.resolve(outcome);
  }

  override restore(profile: Profile): Promise<boolean> {
    const isTombstone = this.rows.get(profile.clerkId)?.state === 'deleted';
    if (isTombstone) {
      this.rows.delete(profile.clerkId);
      this.apply(profile);
    }
    return Promise.resolve(isTombstone);
  }

  override endSession(clerkId: string, sessionId: string): Promise<void> {
    const ended = this.endedSessions.get(clerkId) ?? new Set<string>();
    this.endedSessions.set(clerkId, ended.add(sessionId));
    return Promise.resolve();
  }

  private apply(profile: Profile): SyncResult {
    const row = this.rows.get(profile.clerkId) ?? null;
    const decision = decideSync(row, profile, Date.now());
    const result = this.decided(decision, row, profile);
    if (result.state === 'deleted') return { outcome: 'ignored' };
    this.rows.set(profile.clerkId, result);
    this.ids.set(profile.clerkId, result.user);
    const { state: _, ...live } = this.withSessions(profile.clerkId, result);
    return { ...live, outcome: outcomeOf(decision, row, profile) };
  }

  private decided(decision: SyncDecision, row: StoredUser | null, profile: Profile): StoredUser {
    if (row?.state === 'deleted') return row;
    const ban = banOf(decision === 'unchanged' || decision === 'stale', row, profile);
    switch (decision) {
      case 'create':
      case 'update':
        return { ...written(profile, this.ids.get(profile.clerkId)), ...ban };
      case 'advance version':
        return { ...written(profile, row?.user, row?.user), ...ban };
      default: {
        if (row === null) throw new Error(`${decision} needs a row.`);
        const isNewer = decision === 'change ban' && profile.version.at > row.version;
        const { revocations: _, ...unbanned } = row;
        return { ...unbanned, ...ban, ...(isNewer && { version: profile.version.at }) };
      }
    }
  }

  private withSessions(clerkId: string, row: LiveUser): LiveUser {
    const endedSessions = [...(this.endedSessions.get(clerkId) ?? [])];
    const bannedAt = row.revocations?.bannedAt ?? null;
    const { revocations: _, ...rest } = row;
    if (bannedAt === null && endedSessions.length === 0) return rest;
    return { ...rest, revocations: { bannedAt, endedSessions } };
  }
}

type LiveUser = Extract<StoredUser, { state: 'live' }>;

function written(
  { version, ...clerkUser }: Profile,
  before?: Pick<User, 'id' | 'createdAt'>,
  same?: User,
): LiveUser {
  const now = new Date().toISOString();
  const { id, createdAt } = before ?? { id: randomUUID(), createdAt: now };
  const user = same ?? aLocalUser({ ...clerkUser, id, createdAt, updatedAt: now });
  return { state: 'live', user, version: version.at };
}

/** The ban after a write of this profile: a write that is due anyway also advances its version. */
function banOf(
  isRead: boolean,
  row: LiveUser | null,
  { banned, version }: Profile,
): Pick<LiveUser, 'banVersion' | 'revocations'> {
  const before = row?.banVersion ?? 0;
  const bannedAt = row?.revocations?.bannedAt ?? null;
  const knows = !isRead && banned !== undefined && version.exact && version.at > before;
  const isObsolete = row !== null && banned === true && version.at < row.version;
  const at =
    knows && !isObsolete && banned !== (bannedAt !== null) ? banTime(banned, version.at) : bannedAt;
  return {
    ...((knows || before > 0) && { banVersion: knows ? version.at : before }),
    ...(at !== null && { revocations: { bannedAt: at, endedSessions: [] } }),
  };
}

function banTime(banned: boolean, at: number): number | null {
  return banned ? at : null;
}

/** The outcome describes the profile, not the ban. */
function outcomeOf(
  decision: SyncDecision,
  row: StoredUser | null,
  profile: Profile,
): 'created' | 'updated' | 'unchanged' | 'stale' {
  if (decision === 'create') return 'created';
  if (decision === 'update') return 'updated';
  if (decision === 'stale') return 'stale';
  const user = row?.state === 'live' ? row.user : null;
  const isSame =
    user?.email === profile.email &&
    user.name === profile.name &&
    user.imageUrl === profile.imageUrl;
  return isSame ? 'unchanged' : 'stale';
}
