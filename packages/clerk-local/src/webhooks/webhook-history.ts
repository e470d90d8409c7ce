import type { WebhookDelivery, WebhookEventName } from './webhook-controls.js';

/** The content of a message, and the endpoints that it was sent to. */
export interface SentMessage extends WebhookEventName {
  readonly body: string;
  readonly urls: readonly string[];
}

/** Number of messages and of attempts that are kept. */
const kept = 1000;

/** Keeps the last messages in memory, so that they can be sent again. */
export class MessageHistory {
  private readonly messages = new Map<string, SentMessage>();

  set(id: string, message: SentMessage): void {
    this.messages.set(id, message);
    const [oldest] = this.messages.keys();
    if (this.messages.size > kept && oldest !== undefined) this.messages.delete(oldest);
  }

  get(id: string): SentMessage | undefined {
    return this.messages.get(id);
  }
}

/** Keeps the last attempts in memory. */
export class DeliveryLog {
  private readonly deliveries: WebhookDelivery[] = [];

  add(delivery: WebhookDelivery): void {
    this.deliveries.push(delivery);
    if (this.deliveries.length > kept) this.deliveries.shift();
  }

  all(): readonly WebhookDelivery[] {
    return [...this.deliveries];
  }
}
