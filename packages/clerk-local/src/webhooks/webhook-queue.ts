import { setTimeout as sleep } from 'node:timers/promises';
import { ClerkLocalError } from '../domain/shared/clerk-local-error.js';
import { newId } from '../domain/shared/ids.js';
import type { Clock, Log } from '../domain/shared/ports.js';
import type { WebhookMessage } from '../domain/state/records.js';
import type { Store } from '../domain/state/store.js';
import {
  type DrainOptions,
  type FlushOptions,
  type WebhookControls,
  type WebhookDelivery,
  firstDelayMs,
  isDropped,
  wellBehaved,
  type WebhookEventName,
  type WebhookMode,
} from './webhook-controls.js';
import type { AttemptResult } from './webhook-sender.js';

/** How long svix waits before each attempt: 8 attempts over 27 h 35 min (svix's documentation). */
const svixDelaysMs = [0, 5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000];

/** The schedule by default: svix's, a thousand times faster, so 8 attempts over 99 seconds. */
export const defaultRetryDelaysMs: readonly number[] = svixDelaysMs.map((delay) => delay / 1000);

/** Makes one attempt; see `WebhookSender`. */
export type SendWebhook = (message: WebhookMessage, signal: AbortSignal) => Promise<AttemptResult>;

export interface WebhookQueueOptions {
  readonly store: Store;
  readonly send: SendWebhook;
  /** The wait before each attempt, in milliseconds; as many attempts as there are waits. */
  readonly retryDelaysMs: readonly number[];
  readonly now: Clock;
  readonly log: Log;
}

/** Delivers webhooks at least once and in no order, as svix does. What waits is in the store. */
export class WebhookQueue implements WebhookControls {
  #mode = wellBehaved;
  #paused = false;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #log = new DeliveryLog();
  readonly #closing = new AbortController();

  constructor(private readonly options: WebhookQueueOptions) {}

  /** Adds a message to the store and plans its first attempt; the caller commits the store. */
  enqueue(event: WebhookEventName, body: string): void {
    const id = newId('msg');
    if (isDropped(this.#mode, event)) {
      this.#record({ ...event, messageId: id, attempt: 0, outcome: 'dropped', httpStatus: null });
      return;
    }
    for (const key of this.#mode.duplicate ? [id, `${id}-duplicate`] : [id]) {
      this.options.store.webhooks.set(key, { ...event, key, id, body, attempts: 0 });
      this.#plan(key, firstDelayMs(this.#mode) + (this.options.retryDelaysMs[0] ?? 0));
    }
  }

  setMode(mode: Partial<WebhookMode>): void {
    this.#mode = { ...wellBehaved, ...mode };
  }

  pause(): void {
    this.#paused = true;
    this.#clearTimers();
  }

  /** Also takes up what an earlier run left. */
  resume(): void {
    this.#paused = false;
    for (const key of this.options.store.webhooks.keys()) this.#plan(key, 0);
  }

  async flush({ order = 'oldest-first' }: FlushOptions = {}): Promise<void> {
    const keys = [...this.options.store.webhooks.keys()];
    for (const key of order === 'newest-first' ? keys.reverse() : keys) await this.#attempt(key);
  }

  drain({ timeoutMs = 30_000 }: DrainOptions = {}): Promise<void> {
    const { store } = this.options;
    return drained({ waiting: () => store.webhooks.size, paused: () => this.#paused }, timeoutMs);
  }

  deliveries(): readonly WebhookDelivery[] {
    return this.#log.all();
  }

  /** Stops; what is not delivered stays in the store. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#clearTimers();
    await Promise.all(this.#inFlight.values());
  }

  #plan(key: string, delayMs: number): void {
    if (this.#paused || this.#closing.signal.aborted || this.#inFlight.has(key)) return;
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => void this.#attempt(key), delayMs),
    );
  }

  /** One attempt a message at a time: who asks for a second one waits for the first. */
  #attempt(key: string): Promise<void> {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    const running = this.#inFlight.get(key);
    if (running) return running;
    const attempt = this.#send(key)
      .catch((error: unknown) => {
        this.options.log(`a webhook attempt could not be stored: ${String(error)}`);
      })
      .finally(() => {
        this.#inFlight.delete(key);
        this.#planRetry(key);
      });
    this.#inFlight.set(key, attempt);
    return attempt;
  }

  #planRetry(key: string): void {
    const message = this.options.store.webhooks.get(key);
    if (message) this.#plan(key, this.options.retryDelaysMs[message.attempts] ?? 0);
  }

  async #send(key: string): Promise<void> {
    const { store, send, retryDelaysMs } = this.options;
    const message = store.webhooks.get(key);
    if (!message) return;
    const result = await send(message, this.#closing.signal);
    if (this.#closing.signal.aborted && !result.ok) return;
    const attempts = message.attempts + 1;
    this.#record({
      messageId: message.id,
      type: message.type,
      userId: message.userId,
      attempt: attempts,
      outcome: result.ok ? 'delivered' : 'failed',
      httpStatus: result.httpStatus,
    });
    if (result.ok || attempts >= retryDelaysMs.length) store.webhooks.delete(key);
    else store.webhooks.set(key, { ...message, attempts });
    await store.commit();
  }

  #record(delivery: Omit<WebhookDelivery, 'at'>): void {
    this.#log.add({ ...delivery, at: this.options.now() });
    const { type, messageId, attempt, outcome, httpStatus } = delivery;
    const status = httpStatus === null ? 'no answer' : httpStatus.toString();
    this.options.log(
      outcome === 'dropped'
        ? `webhook ${type} ${messageId} dropped on purpose`
        : `webhook ${type} ${messageId} attempt ${attempt} ${outcome} (${status})`,
    );
  }

  #clearTimers(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}

const KEPT = 1000;

/** The last attempts, kept in memory. */
class DeliveryLog {
  readonly #deliveries: WebhookDelivery[] = [];

  add(delivery: WebhookDelivery): void {
    this.#deliveries.push(delivery);
    if (this.#deliveries.length > KEPT) this.#deliveries.shift();
  }

  all(): readonly WebhookDelivery[] {
    return [...this.#deliveries];
  }
}

const POLL_MS = 5;

export interface DrainState {
  /** How many messages are not delivered yet. */
  readonly waiting: () => number;
  readonly paused: () => boolean;
}

/**
 * Resolves when nothing waits.
 *
 * @throws {ClerkLocalError} `drain_timeout`; at once where a pause holds them back
 */
async function drained(state: DrainState, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (state.waiting() > 0) {
    if (state.paused()) {
      throw timeout(state.waiting(), 'are held by a pause', 'Call resume() or flush() first.');
    }
    if (performance.now() >= deadline) {
      throw timeout(
        state.waiting(),
        `are not delivered after ${timeoutMs} ms`,
        'See deliveries() for what the endpoint answered.',
      );
    }
    await sleep(POLL_MS);
  }
}

function timeout(count: number, state: string, action: string): ClerkLocalError {
  return new ClerkLocalError('drain_timeout', `${count} webhooks ${state}.`, action);
}
