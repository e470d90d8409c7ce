import type {
  DeleteUserUseCase,
  EndSessionUseCase,
  SyncUserUseCase,
} from './sync-user.use-case.js';
import type { SyncMetrics } from './sync-metrics.js';
import { StoreReadOnlyError } from './errors.js';
import type { DeletionOutcome, SyncResult } from './user.repository.js';
import type { WebhookDelivery, WebhookVerifier } from './webhook-verifier.js';

type UserOutcome = Exclude<SyncResult['outcome'], 'deferred'> | DeletionOutcome;

export type WebhookOutcome = UserOutcome | 'session_ended';

/** Applies a webhook through the same rule as a request: in any order, any number of times. */
export class ReceiveWebhookUseCase {
  constructor(
    private readonly webhooks: WebhookVerifier,
    private readonly syncUser: SyncUserUseCase<unknown>,
    private readonly deleteUser: DeleteUserUseCase,
    private readonly endSession: EndSessionUseCase,
    private readonly metrics: SyncMetrics,
  ) {}

  /**
   * @throws WebhookInvalidError when the delivery is not authentic or not readable
   * @throws SyncUnavailableError when it cannot be applied now and should be delivered again
   */
  async execute(delivery: WebhookDelivery): Promise<WebhookOutcome> {
    const event = await this.webhooks.verify(delivery);
    switch (event.type) {
      case 'profile':
        return this.counted(applied(await this.syncUser.execute(event.profile, 'webhook')));
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

/** Fails a webhook whose write is deferred: Clerk redelivers only what was not acknowledged. */
function applied({ outcome }: SyncResult<unknown>): UserOutcome {
  if (outcome === 'deferred') throw new StoreReadOnlyError();
  return outcome;
}
