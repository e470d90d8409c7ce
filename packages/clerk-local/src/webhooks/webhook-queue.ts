import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClerkLocalError } from '../domain/shared/clerk-local-error.js';
import type { Clock, Log } from '../domain/shared/ports.js';
import type { WebhookMessage } from '../domain/state/webhook-records.js';
import type { Store } from '../domain/state/store.js';
import {
  type DrainOptions,
  type FlushOptions,
  type WebhookControls,
  type WebhookDelivery,
  firstDelayMs,
  isDropped,
  normalDelivery,
  type WebhookEventName,
  type WebhookMode,
} from './webhook-controls.js';
import { DeliveryLog, MessageHistory, type SentMessage } from './webhook-history.js';
import type { AttemptResult } from './webhook-sender.js';

/** svix's delay before each attempt: 8 attempts over 27 h 35 min (svix's documentation). */
const svixDelaysMs = [0, 5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000];

/** The default schedule: svix's schedule, 1,000 times faster, so 8 attempts over 99 seconds. */
export const defaultRetryDelaysMs: readonly number[] = svixDelaysMs.map((delay) => delay / 1000);

/** Makes one attempt; see `WebhookSender`. */
export type SendWebhook = (message: WebhookMessage, signal: AbortSignal) => Promise<AttemptResult>;

export interface WebhookQueueOptions {
  readonly store: Store;
  readonly send: SendWebhook;
  /** Whether an endpoint has disabled itself. It gets no message, not even a replay, as with svix. */
  readonly isDisabled: (url: string) => boolean;
  /** The delay before each attempt, in milliseconds. Its length is the number of attempts. */
  readonly retryDelaysMs: readonly number[];
  readonly now: Clock;
  readonly log: Log;
  /** Returns the faults of a new event, in addition to the mode. */
  readonly faultOf?: (type: string) => Partial<QueueFault> | undefined;
}

/** The faults of one event. */
export type QueueFault = WebhookMode & {
  /** Whether to send the message again after its delivery. */
  readonly replay: boolean;
};

/** Delivers webhooks at least once and unordered, as svix does. Keeps them in the store. */
export class WebhookQueue implements WebhookControls {
  private mode = normalDelivery;
  private paused = false;
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly inFlight = new Map<string, Promise<void>>();
  private readonly log = new DeliveryLog();
  private readonly history = new MessageHistory();
  private replays = 0;
  private readonly closing = new AbortController();

  constructor(private readonly options: WebhookQueueOptions) {
    // Each attempt that is in flight listens. Node warns about more than ten listeners.
    setMaxListeners(0, this.closing.signal);
  }

  /**
   * Stores a message for each endpoint and schedules its first attempt. All have the same `svix-id`.
   * The caller commits the store.
   */
  enqueue(event: WebhookEventName, body: string, urls: readonly string[]): void {
    if (urls.length === 0) return;
    const id = this.options.store.ids.next('msg');
    const fault = this.options.faultOf?.(event.type);
    const mode: QueueFault = { replay: false, ...this.mode, ...fault };
    if (isDropped(mode, event)) {
      this.history.set(id, { ...event, body, urls });
      this.recordDropped(id, event);
      return;
    }
    for (const copy of mode.duplicate ? ['', '-duplicate'] : ['']) {
      this.store(id, copy, { ...event, body, urls }, firstDelayMs(mode));
    }
    if (mode.replay) this.store(id, '-replay', { ...event, body, urls }, replayDelayMs);
  }

  /** Sends a message again, with the same `svix-id`. Returns false if it is unknown. */
  replay(messageId: string): boolean {
    const sent = this.history.get(messageId);
    if (sent === undefined) return false;
    this.replays += 1;
    this.store(messageId, `-replay-${this.replays}`, sent, 0);
    return true;
  }

  /** Returns the number of messages that wait for their next attempt. */
  pending(): number {
    return this.options.store.webhooks.size;
  }

  private store(id: string, copy: string, message: SentMessage, delayMs: number): void {
    const { urls, ...event } = message;
    this.history.set(id, message);
    for (const [index, url] of urls.entries()) {
      if (this.options.isDisabled(url)) {
        this.recordDropped(id, { ...event, url });
        continue;
      }
      const key = `${id}${index === 0 ? '' : `-${index}`}${copy}`;
      this.options.store.webhooks.set(key, { ...event, key, id, url, attempts: 0 });
      this.schedule(key, delayMs + (this.options.retryDelaysMs[0] ?? 0));
    }
  }

  setMode(mode: Partial<WebhookMode>): void {
    this.mode = { ...normalDelivery, ...mode };
  }

  pause(): void {
    this.paused = true;
    this.clearTimers();
  }

  /** Also schedules the messages that an earlier run left in the store. */
  resume(): void {
    this.paused = false;
    for (const key of this.options.store.webhooks.keys()) this.schedule(key, 0);
  }

  async flush({ order = 'oldest-first' }: FlushOptions = {}): Promise<void> {
    const keys = [...this.options.store.webhooks.keys()];
    for (const key of order === 'newest-first' ? keys.reverse() : keys) await this.attempt(key);
  }

  drain({ timeoutMs = 30_000 }: DrainOptions = {}): Promise<void> {
    const { store } = this.options;
    return drained({ waiting: () => store.webhooks.size, paused: () => this.paused }, timeoutMs);
  }

  deliveries(): readonly WebhookDelivery[] {
    return this.log.all();
  }

  /** Returns the attempts with the payload that was sent. */
  deliveriesWithPayload(): readonly (WebhookDelivery & { readonly payload: unknown })[] {
    return this.log.all().map((delivery) => {
      const body = this.history.get(delivery.messageId)?.body;
      return { ...delivery, payload: body === undefined ? null : (JSON.parse(body) as unknown) };
    });
  }

  /** Stops all deliveries. Pending messages stay in the store. */
  async close(): Promise<void> {
    this.closing.abort();
    this.clearTimers();
    await Promise.all(this.inFlight.values());
  }

  private schedule(key: string, delayMs: number): void {
    if (this.paused || this.closing.signal.aborted || this.inFlight.has(key)) return;
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => void this.attempt(key), delayMs),
    );
  }

  /** Makes an attempt. Concurrent calls for a message share one attempt. */
  private attempt(key: string): Promise<void> {
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    const running = this.inFlight.get(key);
    if (running) return running;
    const attempt = this.send(key)
      .catch((error: unknown) => {
        this.options.log(
          `webhook attempt not stored, so a restart may repeat it: ${String(error)}`,
        );
      })
      .finally(() => {
        this.inFlight.delete(key);
        this.scheduleRetry(key);
      });
    this.inFlight.set(key, attempt);
    return attempt;
  }

  private scheduleRetry(key: string): void {
    const message = this.options.store.webhooks.get(key);
    if (message) this.schedule(key, this.options.retryDelaysMs[message.attempts] ?? 0);
  }

  private async send(key: string): Promise<void> {
    const { store, send, retryDelaysMs } = this.options;
    const message = store.webhooks.get(key);
    if (!message) return;
    const result = await send(message, this.closing.signal);
    if (this.closing.signal.aborted && !result.ok) return;
    const attempts = message.attempts + 1;
    this.record({
      messageId: message.id,
      type: message.type,
      userId: message.userId,
      ...(message.url === undefined ? {} : { url: message.url }),
      attempt: attempts,
      outcome: result.ok ? 'delivered' : 'failed',
      httpStatus: result.httpStatus,
    });
    const isFinal = result.httpStatus !== null && result.isFinal;
    if (isFinal || attempts >= retryDelaysMs.length) store.webhooks.delete(key);
    // An attempt that ran in the meantime may have disabled the endpoint.
    else if (store.webhooks.has(key)) store.webhooks.set(key, { ...message, attempts });
    if (result.httpStatus !== null && result.disables) this.discard(message.url);
    await store.commit();
  }

  /** Discards the messages that wait for an endpoint that has disabled itself. */
  private discard(url: string | undefined): void {
    const { webhooks } = this.options.store;
    const waiting = [...webhooks.values()].filter((each) => each.url === url);
    for (const { key, ...event } of waiting) {
      clearTimeout(this.timers.get(key));
      this.timers.delete(key);
      webhooks.delete(key);
      this.recordDropped(event.id, event);
    }
  }

  private recordDropped(
    messageId: string,
    { type, userId, url, attempts = 0 }: WebhookEventName & Partial<WebhookMessage>,
  ): void {
    const event = { messageId, type, userId, ...(url === undefined ? {} : { url }) };
    this.record({ ...event, attempt: attempts, outcome: 'dropped', httpStatus: null });
  }

  private record(delivery: Omit<WebhookDelivery, 'at'>): void {
    this.log.add({ ...delivery, at: this.options.now() });
    const { type, messageId, url, attempt, outcome, httpStatus } = delivery;
    const reason = url === undefined ? 'on purpose' : 'because its endpoint has disabled itself';
    const status = httpStatus === null ? 'no response' : httpStatus.toString();
    this.options.log(
      outcome === 'dropped'
        ? `webhook ${type} ${messageId} dropped ${reason}`
        : `webhook ${type} ${messageId} attempt ${attempt} ${outcome} (${status})`,
    );
  }

  private clearTimers(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }
}

/** How long after the first attempt a message is sent again, if a fault asks for it. */
const replayDelayMs = 1_000;

const pollMs = 5;

interface DrainState {
  /** Returns the number of pending messages. */
  readonly waiting: () => number;
  readonly paused: () => boolean;
}

/**
 * Resolves when no message is pending.
 *
 * @throws {ClerkLocalError} `drain_timeout`
 */
async function drained(state: DrainState, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (state.waiting() > 0) {
    if (state.paused()) {
      throw timeout(state.waiting(), 'are held by pause()', 'Call resume() or flush() first.');
    }
    if (performance.now() >= deadline) {
      throw timeout(
        state.waiting(),
        `are still pending after ${timeoutMs} ms`,
        'See deliveries() for the responses of the endpoint.',
      );
    }
    await sleep(pollMs);
  }
}

function timeout(count: number, state: string, action: string): ClerkLocalError {
  return new ClerkLocalError('drain_timeout', `${count} webhooks ${state}.`, action);
}
