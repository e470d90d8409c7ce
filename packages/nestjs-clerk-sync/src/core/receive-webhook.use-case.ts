import { type Clock, SystemClock } from './clock.js';
import type {
  DeleteUserUseCase,
  EndSessionUseCase,
  SyncUserUseCase,
} from './sync-user.use-case.js';
import type { SyncMetrics } from './sync-metrics.js';
import { StoreReadOnlyError, WebhookInvalidError } from './errors.js';
import type { DeletionOutcome, SyncResult } from './user.repository.js';
import type { WebhookReceipts } from './webhook-receipts.js';
import type {
  UserEvent,
  WebhookDelivery,
  WebhookEvent,
  WebhookVerifier,
} from './webhook-verifier.js';

type UserOutcome = Exclude<SyncResult['outcome'], 'deferred'> | DeletionOutcome;

export type WebhookOutcome = UserOutcome | 'session_ended';

/** Applies a webhook by the same rule as a request, in any order and any number of times. */
export class ReceiveWebhookUseCase {
  constructor(
    private readonly webhooks: WebhookVerifier,
    private readonly syncUser: SyncUserUseCase<unknown>,
    private readonly deleteUser: DeleteUserUseCase,
    private readonly endSession: EndSessionUseCase,
    private readonly metrics: SyncMetrics,
    private readonly receipts: WebhookReceipts,
    private readonly clock: Clock = new SystemClock(),
  ) {}

  /**
   * @throws WebhookInvalidError if the delivery is not authentic or cannot be parsed
   * @throws SyncUnavailableError if it cannot be applied at the moment and should be redelivered
   */
  async execute(delivery: WebhookDelivery): Promise<WebhookOutcome> {
    const event = await this.verified(delivery);
    const { name, occurredAt } = event;
    const lagMs = occurredAt === null ? null : Math.max(0, this.clock.now() - occurredAt);
    this.receipts.received();
    try {
      const outcome = await this.applied(event);
      this.metrics.webhookReceived(name, outcome, lagMs);
      return outcome;
    } catch (error) {
      this.metrics.webhookReceived(name, 'failed', lagMs);
      throw error;
    }
  }

  private async verified(delivery: WebhookDelivery): Promise<WebhookEvent> {
    try {
      return await this.webhooks.verify(delivery);
    } catch (error) {
      const outcome = error instanceof WebhookInvalidError ? 'invalid' : 'failed';
      this.metrics.webhookReceived('unknown', outcome, null);
      throw error;
    }
  }

  private async applied(event: UserEvent): Promise<WebhookOutcome> {
    switch (event.type) {
      case 'profile':
        return this.counted(outcomeOf(await this.syncUser.execute(event.profile, 'webhook')));
      case 'deletion':
        return this.counted(await this.deleteUser.execute(event.clerkId, 'webhook'));
      case 'session end':
        await this.endSession.execute(event.clerkId, event.sessionId);
        return 'session_ended';
      case 'other':
        return 'ignored';
    }
  }

  private counted(outcome: UserOutcome): UserOutcome {
    this.metrics.count('webhook', outcome);
    return outcome;
  }
}

/**
 * Fails a webhook whose write is deferred: Clerk only redelivers webhooks that were not
 * acknowledged.
 */
function outcomeOf({ outcome }: SyncResult<unknown>): UserOutcome {
  if (outcome === 'deferred') throw new StoreReadOnlyError();
  return outcome;
}
