import type { DeleteUserUseCase } from '../users/delete-user.use-case.js';
import type { SyncUserUseCase } from '../users/sync-user.use-case.js';
import type { DeletionOutcome, SyncResult } from '../users/user.repository.js';
import type { WebhookDelivery, WebhookVerifier } from './webhook-verifier.js';

export type WebhookOutcome = SyncResult['outcome'] | DeletionOutcome;

/** Applies a webhook through the same rule as a request: in any order, any number of times. */
export class ReceiveWebhookUseCase {
  constructor(
    private readonly webhooks: WebhookVerifier,
    private readonly syncUser: SyncUserUseCase,
    private readonly deleteUser: DeleteUserUseCase,
  ) {}

  /**
   * @throws WebhookInvalidError when the delivery is not genuine or not readable
   * @throws SyncUnavailableError when it cannot be applied now and should be delivered again
   */
  async execute(delivery: WebhookDelivery): Promise<WebhookOutcome> {
    const event = await this.webhooks.verify(delivery);
    switch (event.type) {
      case 'profile':
        return (await this.syncUser.execute(event.profile)).outcome;
      case 'deletion':
        return this.deleteUser.execute(event.clerkId);
      case 'other':
        return 'ignored';
    }
  }
}
