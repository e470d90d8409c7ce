import type { WebhookEventType } from '../domain/state/webhook-records.js';

/** One attempt to deliver a webhook, or a webhook that was dropped on purpose. */
export interface WebhookDelivery {
  /** The `svix-id`. */
  readonly messageId: string;
  readonly type: WebhookEventType;
  /** The user that a `user.…` event is about; empty for other events. */
  readonly userId: string;
  /** The endpoint; missing for a webhook that a fault dropped. */
  readonly url?: string | undefined;
  /** Starts at 1. 0 for a webhook that was dropped before its first attempt. */
  readonly attempt: number;
  /** When the attempt ended, in milliseconds since the epoch. */
  readonly at: number;
  readonly outcome: 'delivered' | 'failed' | 'dropped';
  /** `null` if the endpoint did not respond. */
  readonly httpStatus: number | null;
}

/** Options of `drain`. */
export interface DrainOptions {
  /** Milliseconds; 30,000 by default. */
  readonly timeoutMs?: number;
}

/** Options of `flush`. */
export interface FlushOptions {
  /** `oldest-first` by default. */
  readonly order?: 'oldest-first' | 'newest-first';
}

/** Controls webhook delivery in tests: delays, duplicates, reorders, drops, pauses and drains. */
export interface WebhookControls {
  /** Sets the faults of new webhooks. Every fault that is not given is switched off. */
  setMode(mode: Partial<WebhookMode>): void;
  /** Holds all webhooks until `flush` or `resume`. */
  pause(): void;
  /** Ends a pause and sends the webhooks that it held. */
  resume(): void;
  /** Makes one attempt for every pending webhook, one after another. Does not end a pause. */
  flush(options?: FlushOptions): Promise<void>;
  /**
   * Resolves when no webhook is pending: each is delivered or has failed its last attempt.
   *
   * @throws {ClerkLocalError} `drain_timeout` after the timeout, and at once during a pause
   */
  drain(options?: DrainOptions): Promise<void>;
  /** Returns the last 1,000 attempts, oldest first. */
  deliveries(): readonly WebhookDelivery[];
}

/** Identifies an event to a `drop` predicate. */
export interface WebhookEventName {
  readonly type: WebhookEventType;
  /** The user that a `user.…` event is about; empty for other events. */
  readonly userId: string;
}

/** The faults of webhook delivery. Apply to events that occur after they are set. */
export interface WebhookMode {
  /** Delays the first attempt, in milliseconds. */
  readonly delayMs: number;
  /** Sends every message twice with the same `svix-id`. */
  readonly duplicate: boolean;
  /** Adds a random delay of up to 250 ms, so that messages arrive out of order. */
  readonly shuffle: boolean;
  /** Drops all messages, or the messages for which the predicate returns true. */
  readonly drop: boolean | ((event: WebhookEventName) => boolean);
}

/** No faults. */
export const normalDelivery: WebhookMode = {
  delayMs: 0,
  duplicate: false,
  shuffle: false,
  drop: false,
};

const shuffleWindowMs = 250;

/** Returns the delay of a new message's first attempt, in milliseconds. */
export function firstDelayMs(mode: WebhookMode): number {
  return mode.delayMs + (mode.shuffle ? Math.random() * shuffleWindowMs : 0);
}

/** Whether the mode drops an event. */
export function isDropped({ drop }: WebhookMode, event: WebhookEventName): boolean {
  return typeof drop === 'function' ? drop(event) : drop;
}
