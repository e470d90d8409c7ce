import type { Clock } from '../../core/clock.js';
import type { Profile } from '../../core/profile.js';
import type { SyncMetrics } from '../../core/sync-metrics.js';
import {
  type DeletionOutcome,
  type EventSource,
  type StoredUser,
  type SyncResult,
  UserRepository,
} from '../../core/user.repository.js';
import type { OutageWarnings } from './outage-warnings.js';

/** How late a webhook may be before its change counts as drift, in milliseconds. */
const webhookDelay = 15_000;

/**
 * Measures the syncs that reach the store, counts changes that webhooks should have brought, reports
 * writes (a new row is not notified), and logs outages.
 */
export class MeasuredUserRepository<Entity> extends UserRepository<Entity> {
  constructor(
    private readonly users: UserRepository<Entity>,
    private readonly metrics: SyncMetrics,
    private readonly clock: Clock,
    private readonly outages: OutageWarnings,
    private readonly onWrite: () => void = () => undefined,
  ) {
    super();
  }

  override findById(id: string): Promise<Entity | null> {
    return this.outages.watch(this.users.findById(id));
  }

  override findByClerkId(clerkId: string): Promise<StoredUser<Entity> | null> {
    return this.outages.watch(this.users.findByClerkId(clerkId));
  }

  override sync(profile: Profile, source?: EventSource): Promise<SyncResult<Entity>> {
    const startedAt = this.clock.monotonic();
    return this.outages.watch(this.users.sync(profile, source)).then(
      (result) => {
        this.metrics.synced(this.clock.monotonic() - startedAt);
        if (result.outcome === 'created' || result.outcome === 'updated') this.onWrite();
        this.countDrift(profile, result.outcome, source);
        return result;
      },
      (cause: unknown) => {
        this.metrics.synced(this.clock.monotonic() - startedAt);
        throw cause;
      },
    );
  }

  override async markDeleted(clerkId: string, source?: EventSource): Promise<DeletionOutcome> {
    const outcome = await this.outages.watch(this.users.markDeleted(clerkId, source));
    if (outcome === 'deleted') this.onWrite();
    if (source === 'reconcile' && outcome === 'deleted') {
      this.metrics.driftRepaired(source, 'deleted');
    }
    return outcome;
  }

  override restore(profile: Profile, source?: EventSource): Promise<boolean> {
    return this.outages.watch(this.users.restore(profile, source));
  }

  override endSession(clerkId: string, sessionId: string): Promise<void> {
    return this.outages.watch(this.users.endSession(clerkId, sessionId));
  }

  private countDrift(
    { version }: Profile,
    outcome: SyncResult['outcome'],
    source: EventSource | undefined,
  ): void {
    if (outcome !== 'created' && outcome !== 'updated') return;
    if (source === undefined || source === 'webhook' || source === 'sql') return;
    // An inexact version says when a token was issued, not when the profile changed.
    if (!version.exact || this.clock.now() - version.at <= webhookDelay) return;
    this.metrics.driftRepaired(source, outcome);
  }
}
