import type { WebhookEventType } from './message.js';

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
