import { LRUCache } from 'lru-cache';
import type { Profile } from '../../core/users/profile.js';
import type { User } from '../../core/users/user.entity.js';
import {
  UserRepository,
  type DeletionOutcome,
  type StoredUser,
  type SyncResult,
} from '../../core/users/user.repository.js';
import { CoherentLoads } from './coherent-loads.js';
import type { UserChangeListener, UserChanges } from './user-changes.js';

/** Users that are kept at most; the least recently asked for goes first. */
const maxUsers = 100_000;

/** Profiles that are remembered of a user: a person has a few devices, each with a token of its own. */
const maxProfiles = 4;

type Outcome = SyncResult['outcome'];

/** A profile whose sync changes nothing as long as the row stays as it is. */
interface Settled {
  readonly version: number;
  readonly exact: boolean;
  /** What it says, where that is not what the row says: most say the same, and need no memory for it. */
  readonly differs: Profile | null;
  /** What it gives the next time. */
  readonly outcome: Outcome;
  /** The one that was settled before: a list would take 56 bytes more of every user. */
  readonly earlier: Settled | null;
}

/** A row as it stands. */
interface Known {
  /** Null: the user is deleted. */
  readonly user: User | null;
  /** The latest. */
  readonly settled: Settled | null;
}

/**
 * Keeps users in memory while changes of them are heard, so that a request whose profile was synced
 * before costs no round trip. It does not know the sync rule, only that it is idempotent: as long as
 * a row is not written, the same profile changes nothing a second time.
 */
export class CachedUserRepository extends UserRepository implements UserChangeListener {
  private readonly known = new LRUCache<string, Known>({ max: maxUsers });
  private readonly syncs = new CoherentLoads<SyncResult>();
  private readonly lookups = new CoherentLoads<StoredUser | null>();

  /**
   * @param users where they are stored
   * @param changes tells what others write; while it is not live, nothing is kept or served from memory
   */
  constructor(
    private readonly users: UserRepository,
    private readonly changes: UserChanges,
  ) {
    super();
    changes.subscribe(this);
  }

  override findById(id: string): Promise<User | null> {
    return this.users.findById(id);
  }

  override recallByClerkId(clerkId: string): StoredUser | undefined {
    const known = this.recall(clerkId);
    return known === undefined ? undefined : toStored(known.user);
  }

  override recallSync(profile: Profile): SyncResult | undefined {
    const known = this.recall(profile.clerkId);
    if (known === undefined) return undefined;
    let settled = known.settled;
    while (settled !== null && !isOf(settled, profile, known.user)) settled = settled.earlier;
    return settled === null ? undefined : toResult(known.user, settled.outcome);
  }

  override async findByClerkId(clerkId: string): Promise<StoredUser | null> {
    const recalled = this.recallByClerkId(clerkId);
    if (recalled !== undefined) return recalled;
    if (!this.changes.live) return this.users.findByClerkId(clerkId);

    const work = (): Promise<StoredUser | null> => this.users.findByClerkId(clerkId);
    return this.lookups.run(clerkId, '', work, (stored, overtaken) => {
      if (stored === null || overtaken) return;
      this.remember(clerkId, { user: stored.state === 'live' ? stored.user : null, settled: null });
    }).result;
  }

  override async sync(profile: Profile): Promise<SyncResult> {
    const recalled = this.recallSync(profile);
    if (recalled !== undefined) return recalled;
    const { clerkId } = profile;
    if (!this.changes.live) {
      return this.users.sync(profile).finally(() => {
        this.changed(clerkId);
      });
    }
    const work = (): Promise<SyncResult> => this.users.sync(profile);
    const load = this.syncs.run(clerkId, JSON.stringify(profile), work, (result, overtaken) => {
      // Our own writes are heard of too, but only later.
      if (result.outcome === 'created' || result.outcome === 'updated') this.changed(clerkId);
      if (!overtaken) this.settle(profile, result);
    });
    const result = await load.result;
    return load.shared ? again(result) : result;
  }

  override async markDeleted(clerkId: string): Promise<DeletionOutcome> {
    try {
      return await this.users.markDeleted(clerkId);
    } finally {
      // Also after a failure: the answer may have been lost, and the deletion done.
      this.changed(clerkId);
    }
  }

  changed(clerkId: string): void {
    this.known.delete(clerkId);
    this.syncs.overtake(clerkId);
    this.lookups.overtake(clerkId);
  }

  anythingChanged(): void {
    this.known.clear();
    this.syncs.overtakeAll();
    this.lookups.overtakeAll();
  }

  private recall(clerkId: string): Known | undefined {
    return this.changes.live ? this.known.get(clerkId) : undefined;
  }

  private settle(profile: Profile, result: SyncResult): void {
    const user = result.outcome === 'ignored' ? null : result.user;
    const settled: Settled = {
      version: profile.version.at,
      exact: profile.version.exact,
      differs: user !== null && saysTheSame(profile, user) ? null : profile,
      outcome: again(result).outcome,
      earlier: latest(maxProfiles - 1, this.known.peek(profile.clerkId)?.settled ?? null),
    };
    this.remember(profile.clerkId, { user, settled });
  }

  private remember(clerkId: string, known: Known): void {
    if (this.changes.live) this.known.set(clerkId, known);
  }
}

/** Whether it is this very profile that was settled, of a row that says what `user` says. */
function isOf(settled: Settled, profile: Profile, user: User | null): boolean {
  if (settled.version !== profile.version.at || settled.exact !== profile.version.exact)
    return false;
  const said = settled.differs ?? user;
  return said !== null && saysTheSame(profile, said);
}

function latest(count: number, settled: Settled | null): Settled | null {
  if (settled === null || count === 0) return null;
  return { ...settled, earlier: latest(count - 1, settled.earlier) };
}

type Said = Pick<Profile, 'email' | 'name' | 'imageUrl'>;

function saysTheSame(one: Said, other: Said): boolean {
  return (
    one === other ||
    (one.email === other.email && one.name === other.name && one.imageUrl === other.imageUrl)
  );
}

/** @returns what the same profile gives once this has been done: nothing is left to do */
function again(result: SyncResult): SyncResult {
  return result.outcome === 'created' || result.outcome === 'updated'
    ? { outcome: 'unchanged', user: result.user }
    : result;
}

function toStored(user: User | null): StoredUser {
  return user === null ? { state: 'deleted' } : { state: 'live', user };
}

function toResult(user: User | null, outcome: Outcome): SyncResult {
  return user === null || outcome === 'ignored' ? { outcome: 'ignored' } : { outcome, user };
}
