import type { Clock } from '../clock.js';
import type { SyncMetrics } from '../sync-metrics.js';
import { decideSync, type SyncDecision } from '../sync-rule.js';
import type { Profile } from '../profile.js';
import type { UserRepository } from '../user.repository.js';
import type { ListedUser } from './clerk-users.js';
import type { LocalUsers } from './local-users.js';
import type { ReconcileCounts } from './reconciliation.js';

type Counted = 'created' | 'updated' | 'unchanged' | 'stale';

/** The result of applying some profiles. */
export interface Applied extends Pick<ReconcileCounts, Counted> {
  /**
   * When the oldest row of these users was created, in milliseconds since the epoch; null: none had
   * one.
   */
  readonly oldestRow: number | null;
}

export interface ApplyOptions {
  /** Decides, but writes nothing. */
  readonly dryRun: boolean;
  /** Maximum number of concurrent writes. */
  readonly concurrency: number;
  /** Retries work that failed because the database was unavailable. */
  readonly retrying: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * Applies profiles through the sync rule. It reads all rows with one query and asks the rule; only
 * profiles that need a write run the sync statement, which decides again, atomically.
 */
export class ProfileApplier {
  constructor(
    private readonly users: UserRepository<unknown>,
    private readonly local: LocalUsers,
    private readonly metrics: SyncMetrics,
    private readonly clock: Clock,
  ) {}

  /** @throws SyncUnavailableError if the store is unavailable; profiles may be applied again */
  async apply(listed: readonly ListedUser[], options: ApplyOptions): Promise<Applied> {
    const { retrying } = options;
    const profiles = listed.flatMap(({ profile }) => profile ?? []);
    const ids = profiles.map(({ clerkId }) => clerkId);
    const rows = await retrying(() => this.local.findRows(ids));
    const now = this.clock.now();
    const counts = { created: 0, updated: 0, unchanged: 0, stale: 0 };
    const due: { profile: Profile; decision: SyncDecision }[] = [];
    for (const profile of profiles) {
      const decision = decideSync(rows.get(profile.clerkId)?.compared ?? null, profile, now);
      const isWrite = decision !== 'unchanged' && decision !== 'stale' && decision !== 'ignored';
      if (isWrite && !options.dryRun) due.push({ profile, decision });
      else counts[countedAs(decision)] += 1;
      if (!isWrite && !options.dryRun) this.metrics.count('reconcile', decision);
    }
    const worker = async (): Promise<void> => {
      for (let next = due.pop(); next !== undefined; next = due.pop()) {
        const { profile } = next;
        const { outcome } = await retrying(() => this.users.sync(profile, 'reconcile'));
        const counted = outcome === 'deferred' ? 'stale' : outcome;
        this.metrics.count('reconcile', counted);
        // The statement's outcome describes the profile, not the ban.
        if (next.decision === 'change ban' && counted !== 'ignored') counts.updated += 1;
        else counts[counted === 'ignored' ? 'stale' : counted] += 1;
      }
    };
    await Promise.all(Array.from({ length: options.concurrency }, worker));
    const created = [...rows.values()].map(({ createdAt }) => createdAt);
    return { ...counts, oldestRow: created.length === 0 ? null : Math.min(...created) };
  }
}

function countedAs(decision: SyncDecision): Counted {
  switch (decision) {
    case 'create':
      return 'created';
    case 'update':
    case 'change ban':
      return 'updated';
    case 'advance version':
    case 'unchanged':
      return 'unchanged';
    case 'stale':
    case 'ignored':
      return 'stale';
  }
}
