import { describe, expect, test } from 'vitest';
import { SystemClock } from '../../../src/core/clock.js';
import { SyncUnavailableError } from '../../../src/core/errors.js';
import type { Profile } from '../../../src/core/profile.js';
import { ProfileApplier } from '../../../src/core/reconcile/apply-profiles.js';
import {
  type ClerkInstance,
  ClerkUsers,
  type ListCursor,
  type ListedUser,
} from '../../../src/core/reconcile/clerk-users.js';
import { type LocalRow, LocalUsers } from '../../../src/core/reconcile/local-users.js';
import {
  ReconcileUsersUseCase,
  ReconciliationLostError,
} from '../../../src/core/reconcile/reconcile-users.js';
import {
  type Lease,
  type ReconcileOptions,
  type ReconcileResult,
  ReconciliationStore,
  type Run,
} from '../../../src/core/reconcile/reconciliation.js';
import { type CountedOutcome, NoMetrics } from '../../../src/core/sync-metrics.js';
import { DeleteUserUseCase } from '../../../src/core/sync-user.use-case.js';
import {
  type StoredUser,
  type SyncResult,
  UserRepository,
} from '../../../src/core/user.repository.js';
import type { User } from '../../../src/core/user.entity.js';

const instance: ClerkInstance = { issuer: 'x', instanceId: 'ins_one', keyIds: [] };
const startedAt = 1_000;

const listed = (clerkId: string, createdAt: number): ListedUser => {
  const profile: Profile = {
    clerkId,
    email: null,
    name: clerkId,
    imageUrl: null,
    version: { at: createdAt, exact: true },
  };
  return { clerkId, createdAt, profile };
};

/** Clerk with pages of two users. */
class SmallClerk extends ClerkUsers {
  override readonly pageSize = 2;
  override readonly batchSize = 2;
  override readonly requests = 0;
  readonly asked: string[] = [];

  constructor(readonly users: ListedUser[]) {
    super();
  }

  override instance(): Promise<ClerkInstance> {
    return Promise.resolve(instance);
  }

  override count(): Promise<number> {
    return Promise.resolve(this.users.length);
  }

  override listPage({ startingAfter, createdAfter }: ListCursor): Promise<ListedUser[] | null> {
    this.asked.push(startingAfter ?? `after ${createdAfter}`);
    const at = this.users.findIndex(({ clerkId }) => clerkId === startingAfter);
    if (startingAfter !== null && at === -1) return Promise.resolve(null);
    const rest = this.users
      .slice(at + 1)
      .filter(({ createdAt }) => createdAfter === null || (createdAt ?? 0) > createdAfter);
    return Promise.resolve(rest.slice(0, this.pageSize));
  }

  override listRecent(): Promise<ListedUser[]> {
    return Promise.resolve([]);
  }

  override findMany(ids: readonly string[]): Promise<ListedUser[]> {
    return Promise.resolve(this.users.filter(({ clerkId }) => ids.includes(clerkId)));
  }

  override find(id: string): Promise<ListedUser | null> {
    return Promise.resolve(this.users.find(({ clerkId }) => clerkId === id) ?? null);
  }
}

/** Local users in a map, as repository and in bulk. */
class Rows extends UserRepository {
  readonly names = new Map<string, string | null>();
  readonly deleted = new Set<string>();
  failures = 0;

  override findById(): Promise<User | null> {
    return Promise.resolve(null);
  }

  override findByClerkId(): Promise<StoredUser | null> {
    return Promise.resolve(null);
  }

  override sync(profile: Profile): Promise<SyncResult> {
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new SyncUnavailableError('The database is away.', 1));
    }
    const outcome = this.names.has(profile.clerkId) ? 'updated' : 'created';
    this.names.set(profile.clerkId, profile.name);
    const { clerkId, email, name, imageUrl, version } = profile;
    const times = { createdAt: '', updatedAt: '' };
    const user: User = { id: clerkId, clerkId, email, name, imageUrl, ...times };
    return Promise.resolve({ outcome, user, version: version.at });
  }

  override markDeleted(clerkId: string): Promise<'deleted'> {
    this.names.delete(clerkId);
    this.deleted.add(clerkId);
    return Promise.resolve('deleted');
  }

  override restore(): Promise<boolean> {
    return Promise.resolve(false);
  }

  override endSession(): Promise<void> {
    return Promise.resolve();
  }
}

class Bulk extends LocalUsers {
  constructor(private readonly rows: Rows) {
    super();
  }

  override findRows(ids: readonly string[]): Promise<ReadonlyMap<string, LocalRow>> {
    const found = ids.flatMap((id): [string, LocalRow][] => {
      if (this.rows.deleted.has(id))
        return [[id, { createdAt: 1, compared: { state: 'deleted' } }]];
      const name = this.rows.names.get(id);
      if (name === undefined) return [];
      const user = { email: null, name, imageUrl: null };
      return [[id, { createdAt: 1, compared: { state: 'live', user, version: 1 } }]];
    });
    return Promise.resolve(new Map(found));
  }

  override countLive(): Promise<number> {
    return Promise.resolve(this.rows.names.size);
  }

  override livePage(after: string | null, _before: number, limit: number): Promise<string[]> {
    const ids = [...this.rows.names.keys()].sort().filter((id) => after === null || id > after);
    return Promise.resolve(ids.slice(0, limit));
  }
}

class Store extends ReconciliationStore {
  override readonly renewEveryMs = 1_000;
  run: Run | null = null;
  isLost = false;
  released = 0;
  recorded: ClerkInstance | null = instance;

  override instance(): Promise<ClerkInstance | null> {
    return Promise.resolve(this.recorded);
  }

  override recordInstance(recorded: ClerkInstance): Promise<void> {
    this.recorded = recorded;
    return Promise.resolve();
  }

  override now(): Promise<number> {
    return Promise.resolve(startedAt);
  }

  override acquire(): Promise<Lease | null> {
    return Promise.resolve({ run: this.run, finished: null, now: startedAt });
  }

  override finishedRuns(): Promise<number> {
    return Promise.resolve(0);
  }

  override save(_owner: string, run?: Run): Promise<boolean> {
    if (run !== undefined) this.run = run;
    return Promise.resolve(!this.isLost);
  }

  override finish(): Promise<void> {
    this.run = null;
    return Promise.resolve();
  }

  override release(): Promise<void> {
    this.released += 1;
    return Promise.resolve();
  }
}

interface SetUp {
  readonly clerk: SmallClerk;
  readonly rows: Rows;
  readonly store: Store;
  readonly counted: CountedOutcome[];
  readonly run: (options?: ReconcileOptions) => Promise<ReconcileResult>;
}

function setUp(users: ListedUser[]): SetUp {
  const [clerk, rows, store] = [new SmallClerk(users), new Rows(), new Store()];
  const counted: CountedOutcome[] = [];
  const metrics = Object.assign(new NoMetrics(), {
    count: (_source: string, outcome: CountedOutcome): void => {
      counted.push(outcome);
    },
  });
  const local = new Bulk(rows);
  const clock = new SystemClock();
  const useCase = new ReconcileUsersUseCase({
    clerk,
    local,
    profiles: new ProfileApplier(rows, local, metrics, clock),
    deletion: new DeleteUserUseCase(rows),
    store,
    metrics,
    clock,
    owner: 'this process',
    concurrency: 2,
    sleep: () => new Promise((resolve) => setTimeout(resolve, 1)),
    isOutage: (error) => error instanceof SyncUnavailableError,
  });
  const run = (options: ReconcileOptions = {}): Promise<ReconcileResult> =>
    useCase.execute(options);
  return { clerk, rows, store, counted, run };
}

const five = ['a', 'b', 'c', 'd', 'e'].map((id, at) => listed(id, (at + 1) * 100));

describe('ReconcileUsersUseCase', () => {
  test('lists page by page and counts each outcome once', async () => {
    const { run, rows, counted } = setUp([...five]);
    expect(await run()).toMatchObject({ scanned: 5, created: 5, missing: 0, resumed: false });
    expect(rows.names.size).toBe(5);
    expect(counted).toEqual(Array.from({ length: 5 }, () => 'created'));
  });

  test('tries again while the database is away, and counts each user once', async () => {
    const { run, rows } = setUp([...five]);
    rows.failures = 3;
    expect(await run()).toMatchObject({ scanned: 5, created: 5, updated: 0 });
  });

  test('continues at the stored position, and with --restart at the beginning', async () => {
    const first = setUp([...five]);
    const list = first.clerk.listPage.bind(first.clerk);
    first.clerk.listPage = (cursor) =>
      cursor.startingAfter === 'b' ? Promise.reject(new Error('killed')) : list(cursor);
    await expect(first.run()).rejects.toThrow('killed');
    expect(first.store.released).toBe(1);

    const second = setUp([...five]);
    second.store.run = first.store.run;
    expect(await second.run()).toMatchObject({ scanned: 5, created: 5, resumed: true });
    expect(second.clerk.asked).toEqual(['b', 'd']);

    const third = setUp([...five]);
    third.store.run = first.store.run;
    expect(await third.run({ restart: true })).toMatchObject({ scanned: 5, resumed: false });
    expect(third.clerk.asked).toEqual(['after null', 'b', 'd']);
  });

  test('a cursor whose user is gone is replaced by the time of creation', async () => {
    const { run, clerk } = setUp([...five]);
    const list = clerk.listPage.bind(clerk);
    clerk.listPage = (cursor) => {
      if (cursor.startingAfter === 'b') clerk.users.splice(1, 1);
      return list(cursor);
    };
    expect(await run()).toMatchObject({ scanned: 5, created: 5 });
    expect(clerk.asked).toContain('after 199');
  });

  test('stops when another process took over', async () => {
    const { run, store } = setUp([...five]);
    store.isLost = true;
    await expect(run()).rejects.toThrow(ReconciliationLostError);
  });

  test('a dry run neither takes the lease nor writes', async () => {
    const { run, rows, store } = setUp([...five]);
    store.acquire = () => Promise.reject(new Error('taken'));
    expect(await run({ dryRun: true })).toMatchObject({ created: 5 });
    expect(rows.names.size).toBe(0);
    expect(store.run).toBeNull();
  });

  test('deletes at most --max-deletions users, or none', async () => {
    const { run, rows } = setUp([...five]);
    for (const id of ['a', 'b', 'x', 'y']) rows.names.set(id, id);
    const held = await run({ deleteMissing: true, maxDeletions: 1 });
    expect(held).toMatchObject({
      missing: 2,
      deleted: 0,
      heldBack: 2,
      heldBackBecause: 'too many',
    });
    const allowed = await run({ deleteMissing: true, maxDeletions: 2 });
    expect(allowed).toMatchObject({ missing: 2, deleted: 2, heldBackBecause: null });
    expect([...rows.deleted]).toEqual(['x', 'y']);
  });
});
