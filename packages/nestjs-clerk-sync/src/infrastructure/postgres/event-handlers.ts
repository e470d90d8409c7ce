import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { SyncUnavailableError } from '../../core/errors.js';
import { OncePerReason } from '../../core/once-per-reason.js';
import type { RecordedUserEvent } from '../../core/recorded-user-event.js';
import type { InfrastructureLog } from '../../core/log.js';
import type { SyncMetrics } from '../../core/sync-metrics.js';
import type { UserChangeListener } from '../cache/user-changes.js';
import { type Delivery, deliveryTimes, EventDeliveries } from './event-deliveries.js';
import { answering, databaseTimes } from './database.js';
import { separatePool } from './separate-pool.js';
import { unavailable } from './statement-retries.js';
import type { Transaction } from './transaction.js';
import type { WriteAccess } from './write-access.js';

/** A method of the application that reacts to events. */
export interface EventHandler {
  /** Its stored identity. */
  readonly name: string;
  readonly types: readonly string[];
  /** Whether it also gets the events that are in the journal when it is first known. */
  readonly fromBeginning: boolean;
  readonly handle: (event: RecordedUserEvent, transaction: Transaction) => unknown;
}

/** All in milliseconds. */
const times = {
  /** Interval between polls for events without a notification. */
  poll: 1_000,
  /** After the database was unavailable. */
  pause: 2_000,
  /**
   * How long a shutdown waits for handlers; unfinished events are rolled back and redelivered.
   */
  stop: 2_000,
  /** How long a reader of the lags waits, and how long they are kept. */
  lags: { wait: 1_000, keep: 5_000 },
} as const;

/** Workers of each handler, so that a slow event of one user does not hold up all others. */
const workersPerHandler = 2;

const none: Delivery = { result: 'none' };

/** Maximum number of connections for all handlers. */
const maxConnections = 4;

/**
 * Delivers the journal's events to the application's handlers, in the background and on separate
 * connections, so that no request waits for a handler. Notifications wake it, and it also polls
 * once a second.
 */
export class EventHandlers implements UserChangeListener {
  private handlers: readonly EventHandler[] | undefined;
  private readonly stopping = new AbortController();
  private readonly ending = new AbortController();
  private readonly wakeups: Wakeup[] = [];
  private running: Promise<unknown> = Promise.resolve();
  private ended: Promise<void> | undefined;
  private ownPool: pg.Pool | undefined;
  private readonly warnings = new OncePerReason();
  private knownLags: ReadonlyMap<string, number> = new Map();
  private lagsReadAt = Number.NEGATIVE_INFINITY;

  /**
   * @param find looks the handlers up, once, when all providers exist
   * @param pool the application's; handlers get connections with the same options
   */
  constructor(
    private readonly find: () => readonly EventHandler[],
    private readonly pool: pg.Pool,
    private readonly writes: WriteAccess,
    private readonly log: InfrastructureLog,
    private readonly metrics: SyncMetrics,
  ) {}

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  /**
   * Finds the handlers, unless this was already done.
   *
   * @throws Error when the declaration of one is invalid
   */
  all(): readonly EventHandler[] {
    this.handlers ??= this.find();
    return this.handlers;
  }

  /** Starts delivering; nothing needs to wait for it. @throws Error if the pool has no options */
  start(): void {
    const handlers = this.all();
    if (handlers.length === 0 || this.isStopping()) return;
    this.ownPool = this.createPool(handlers.length);
    const deliveries = new EventDeliveries(this.ownPool);
    this.running = this.untilDone(() => this.register(deliveries)).then(() =>
      Promise.all(handlers.map((handler) => this.serve(deliveries, handler))),
    );
  }

  /** Checks for events now. */
  wake(): void {
    for (const wakeup of this.wakeups) wakeup.notify();
  }

  changed(): void {
    this.wake();
  }

  anythingChanged(): void {
    this.wake();
  }

  /** Claims no more events. */
  stop(): void {
    this.stopping.abort();
    this.wake();
  }

  /**
   * Closes the connections once the running handlers have finished, but at most 2 s later. Nest may call
   * it twice: for a signal, and for the application's own `close()`.
   */
  end(): Promise<void> {
    this.ended ??= this.close();
    return this.ended;
  }

  private async close(): Promise<void> {
    this.stop();
    await Promise.race([this.running, sleep(times.stop, undefined, { ref: false })]);
    this.ending.abort();
    await this.ownPool?.end();
  }

  /**
   * @returns how long each handler's oldest event has waited, in seconds, including handlers of other
   *   applications
   */
  async lags(): Promise<ReadonlyMap<string, number>> {
    const now = performance.now();
    if (now - this.lagsReadAt < times.lags.keep) return this.knownLags;
    this.lagsReadAt = now;
    // Handlers that hang use all connections of their own pool.
    const reading = new EventDeliveries(answering(this.pool, databaseTimes.answer)).lags().then(
      (lags) => {
        this.knownLags = lags;
      },
      () => undefined,
    );
    await Promise.race([reading, sleep(times.lags.wait, undefined, { ref: false })]);
    return this.knownLags;
  }

  /** @throws Error if the application's pool is a wrapper that does not show how it connects */
  private createPool(handlers: number): pg.Pool {
    if (!('options' in this.pool)) {
      throw new Error(
        'The handlers of @OnUserEvent() need connections of their own, but database.pool has no options to create them with. Pass a pg.Pool.',
      );
    }
    return separatePool(
      this.pool,
      {
        max: Math.min(maxConnections, handlers * workersPerHandler),
        // A connection that the network has dropped must not stop a handler.
        query_timeout: this.pool.options.query_timeout ?? deliveryTimes.handler + 1_000,
      },
      this.log,
    );
  }

  private async register(deliveries: EventDeliveries): Promise<void> {
    const handlers = this.all();
    for (const { name, types, fromBeginning } of handlers) {
      await deliveries.register(name, types, fromBeginning);
    }
    const own = new Set(handlers.map(({ name }) => name));
    const others = (await deliveries.names()).filter((name) => !own.has(name));
    if (others.length === 0) return;
    this.log.info(
      `Events are kept for handlers that this application does not have: ${others.join(', ')}. If they were removed permanently, delete their rows in user_event_handlers; until then, events that they have not processed are not deleted.`,
    );
  }

  private async serve(deliveries: EventDeliveries, handler: EventHandler): Promise<void> {
    const { name } = handler;
    while (!this.isStopping()) {
      const state = await this.untilDone(() => deliveries.backfill(name));
      if (state === 'done') break;
      if (state === 'waiting') await this.pause(times.poll);
    }
    const [first, ...others] = Array.from({ length: workersPerHandler }, () => new Wakeup());
    if (first === undefined) return;
    this.wakeups.push(first);
    const wakeOthers = (): void => {
      for (const wakeup of others) wakeup.notify();
    };
    this.stopping.signal.addEventListener('abort', wakeOthers, { once: true });
    await Promise.all([
      this.work(deliveries, handler, () => first.wait(times.poll), wakeOthers),
      // Only the first worker polls.
      ...others.map((wakeup) => this.work(deliveries, handler, () => wakeup.wait(), wakeOthers)),
    ]);
  }

  private async work(
    deliveries: EventDeliveries,
    { name, handle }: EventHandler,
    rest: () => Promise<void>,
    onDelivery: () => void,
  ): Promise<void> {
    while (!this.isStopping()) {
      const delivery = await this.untilDone(() => {
        if (this.writes.obstacle !== null) return Promise.resolve(none);
        const deliver = (...[event, transaction]: Parameters<typeof handle>): unknown => {
          // There may be more events.
          onDelivery();
          return handle(event, transaction);
        };
        return this.writes.run(
          () => deliveries.deliver(name, deliver, this.ending.signal).catch(asUnavailable),
          () => Promise.resolve(none),
        );
      });
      this.report(name, delivery ?? none);
      if (delivery?.result === 'none') await rest();
    }
  }

  private report(name: string, delivery: Delivery): void {
    if (delivery.result !== 'failed') return;
    this.metrics.handlerFailed(name);
    const { eventId, attempts, retryAfterMs, cause } = delivery;
    this.log.warn(
      `The handler ${name} failed for event ${eventId} (attempt ${attempts}); retrying in ${Math.ceil(retryAfterMs / 1000)} s. Until it succeeds, later events of this user wait. Its transaction was rolled back.`,
      cause,
    );
  }

  /** Retries work until the database is available. @returns undefined when the process stops first */
  private async untilDone<T>(work: () => Promise<T>): Promise<T | undefined> {
    while (!this.isStopping()) {
      try {
        const result = await work();
        this.warnings.reset();
        return result;
      } catch (error) {
        if (this.isStopping()) return undefined;
        this.warn(error instanceof SyncUnavailableError ? error.cause : error);
        await this.pause(times.pause);
      }
    }
    return undefined;
  }

  private pause(milliseconds: number): Promise<void> {
    const options = { ref: false, signal: this.stopping.signal };
    // Stopping ends the pause and then the caller's loop.
    return sleep(milliseconds, undefined, options).catch(() => undefined);
  }

  private warn(cause: unknown): void {
    if (!this.warnings.isNew(cause)) return;
    this.log.warn(
      'User events are not delivered to handlers until the database is available again; none are lost. If a table is missing, apply clerkSyncSql().',
      cause,
    );
  }
}

/** Tells `WriteAccess` that the database did not commit. */
function asUnavailable(cause: unknown): never {
  throw unavailable(cause);
}

/** Ends a wait early. A notification that arrives while nothing waits ends the next wait. */
class Wakeup {
  private isNotified = false;
  private resume: (() => void) | undefined;

  notify(): void {
    this.isNotified = true;
    this.resume?.();
  }

  /** @param milliseconds the longest wait; without: until a notification */
  async wait(milliseconds?: number): Promise<void> {
    if (!this.isNotified) {
      await new Promise<void>((resolve) => {
        const timer =
          milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds).unref();
        this.resume = (): void => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.isNotified = false;
    this.resume = undefined;
  }
}
