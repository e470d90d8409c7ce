import type { WebhookEventType } from '../domain/state/records.js';

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

/** What a predicate can tell events apart by. */
export interface WebhookEventName {
  readonly type: WebhookEventType;
  readonly userId: string;
}

/** How webhooks misbehave. Applies to the events that come after it is set. */
export interface WebhookMode {
  /** Waits this long before the first attempt. */
  readonly delayMs: number;
  /** Sends every message twice, under the same `svix-id`. */
  readonly duplicate: boolean;
  /** Waits up to a quarter of a second more, at random, so that messages overtake each other. */
  readonly shuffle: boolean;
  /** Never sends them, or those for which the predicate is true. */
  readonly drop: boolean | ((event: WebhookEventName) => boolean);
}

/** At once, once, all of them. */
export const wellBehaved: WebhookMode = {
  delayMs: 0,
  duplicate: false,
  shuffle: false,
  drop: false,
};

const SHUFFLE_WINDOW_MS = 250;

/** How long a new message waits before its first attempt. */
export function firstDelayMs(mode: WebhookMode): number {
  return mode.delayMs + (mode.shuffle ? Math.random() * SHUFFLE_WINDOW_MS : 0);
}

export function isDropped({ drop }: WebhookMode, event: WebhookEventName): boolean {
  return typeof drop === 'function' ? drop(event) : drop;
}
