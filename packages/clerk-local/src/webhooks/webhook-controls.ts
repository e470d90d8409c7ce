import type { WebhookEventType } from './message.js';
import type { WebhookMode } from './webhook-mode.js';

/** One attempt to deliver a webhook, or one that was dropped on purpose. */
export interface WebhookDelivery {
  /** The `svix-id`. */
  readonly messageId: string;
  readonly type: WebhookEventType;
  readonly userId: string;
  /** From 1; 0 for a dropped one. */
  readonly attempt: number;
  /** When the attempt ended, in milliseconds since the epoch. */
  readonly at: number;
  readonly outcome: 'delivered' | 'failed' | 'dropped';
  /** `null` where no answer came. */
  readonly httpStatus: number | null;
}

export interface DrainOptions {
  /** Milliseconds; 30,000 by default. */
  readonly timeoutMs?: number;
}

export interface FlushOptions {
  /** `oldest-first` by default. */
  readonly order?: 'oldest-first' | 'newest-first';
}

/** What tests make webhooks late, doubled, out of order or lost with. */
export interface WebhookControls {
  /** Sets how webhooks misbehave from now on; what is left out is well-behaved. */
  setMode(mode: Partial<WebhookMode>): void;
  /** Holds webhooks back until `flush` or `resume`. */
  pause(): void;
  /** Ends a pause, and sends what it held back. */
  resume(): void;
  /** Sends all that waits, one after another in this order, once each; a pause goes on. */
  flush(options?: FlushOptions): Promise<void>;
  /**
   * Resolves when none waits: all are delivered or given up.
   *
   * @throws {ClerkLocalError} `drain_timeout` when some still wait, or a pause holds them
   */
  drain(options?: DrainOptions): Promise<void>;
  /** The last 1,000 attempts, oldest first. */
  deliveries(): readonly WebhookDelivery[];
}
