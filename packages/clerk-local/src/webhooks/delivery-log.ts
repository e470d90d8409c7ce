import type { WebhookDelivery } from './webhook-controls.js';

const KEPT = 1000;

/** The last attempts, kept in memory. */
export class DeliveryLog {
  readonly #deliveries: WebhookDelivery[] = [];

  add(delivery: WebhookDelivery): void {
    this.#deliveries.push(delivery);
    if (this.#deliveries.length > KEPT) this.#deliveries.shift();
  }

  all(): readonly WebhookDelivery[] {
    return [...this.#deliveries];
  }
}
