import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { z } from 'zod';
import type { RecordedUserEvent } from '../../core/recorded-user-event.js';
import { withDeadline } from '../../core/with-deadline.js';
import { type ClaimedDelivery, claimDelivery, eventOf } from './claimed-delivery.js';
import { databaseTimes } from './database.js';
import { isConnectionLost, rootCause } from './database-error.js';
import { ownTypes } from './own-types.js';
import { type Transaction, TransactionConnection, transactionSettings } from './transaction.js';

/** In milliseconds. */
export const deliveryTimes = {
  /** How long a handler may take for one event. */
  handler: 30_000,
  /** Pause after a failure: the first one, which doubles with each, and the longest. */
  retry: { first: 1_000, longest: 300_000 },
} as const;

/** Events per statement while the deliveries of a new handler are written. */
const backfillBatch = 1_000;

/** Calls the application's handler. */
export type Handle = (event: RecordedUserEvent, transaction: Transaction) => unknown;

/** The result of looking for an event to deliver. */
export type Delivery =
  | { readonly result: 'none' }
  | { readonly result: 'handled' }
  | {
      readonly result: 'failed';
      readonly eventId: string;
      /** Including this one. */
      readonly attempts: number;
      readonly retryAfterMs: number;
      readonly cause: unknown;
    };

/** A handler took too long; its connection is closed, which rolls its transaction back. */
class HandlerTimeoutError extends Error {
  override readonly name = 'HandlerTimeoutError';

  constructor(milliseconds: number) {
    super(`The handler took over ${milliseconds} ms.`);
  }
}

/** The deliveries of events to handlers, in PostgreSQL. */
export class EventDeliveries {
  /** @param pool connections that are not those of requests */
  constructor(
    private readonly pool: pg.Pool,
    private readonly times: {
      readonly handler: number;
      readonly retry: { readonly first: number; readonly longest: number };
    } = deliveryTimes,
  ) {}

  /**
   * Registers a handler, so that new events have deliveries for it.
   *
   * @param fromBeginning whether events that are already in the journal also get one
   */
  async register(name: string, types: readonly string[], fromBeginning: boolean): Promise<void> {
    await this.query(
      `insert into user_event_handlers as known (name, types, backfill_until)
       values ($1, $2::text[], case when $3::boolean then null else 0 end)
       on conflict (name) do update set types = excluded.types
       where known.types is distinct from excluded.types`,
      [name, [...types], fromBeginning],
    );
    // In a later transaction: every transaction that did not see the handler has a lower id.
    await this.query(
      `update user_event_handlers
       set settles_at = pg_snapshot_xmax(pg_current_snapshot())::text::bigint
       where name = $1 and backfill_until is null and settles_at is null`,
      [name],
    );
  }

  /**
   * Deletes the deliveries of handlers that are no longer registered.
   *
   * @returns the names of all handlers for which events are kept
   */
  async names(): Promise<string[]> {
    await this.query(
      'delete from user_event_deliveries where handler not in (select name from user_event_handlers)',
    );
    const { rows } = await this.query('select name from user_event_handlers order by name');
    return z
      .array(z.object({ name: z.string() }))
      .parse(rows)
      .map(({ name }) => name);
  }

  /**
   * Writes some of the deliveries of a handler that starts at the journal's beginning. It waits,
   * without a lock, for transactions that began before the handler was known: their events may have
   * no delivery. Until all are written, nothing is delivered to the handler, so that the order
   * holds.
   *
   * @returns whether all are written
   */
  async backfill(name: string): Promise<'done' | 'more' | 'waiting'> {
    await this.query(
      `update user_event_handlers
       set backfill_until = (select coalesce(max(id), 0) from user_events)
       where name = $1 and backfill_until is null and (
         pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= settles_at
         -- A restored dump: the transactions of the other server have ended.
         or pg_snapshot_xmax(pg_current_snapshot())::text::bigint < settles_at)`,
      [name],
    );
    const { rows } = await this.query(
      `with handler as (
         select name, types, backfilled_to, backfill_until from user_event_handlers
         where name = $1 and backfilled_to < backfill_until
         for no key update skip locked),
       page as (
         select events.id, events.user_id, events.type from user_events as events, handler
         where events.id > handler.backfilled_to and events.id <= handler.backfill_until
         order by events.id limit ${backfillBatch}),
       written as (
         insert into user_event_deliveries (event_id, handler, user_id)
         select page.id, handler.name, page.user_id from page, handler
         where page.type = any (handler.types)
         on conflict do nothing)
       update user_event_handlers as known
       set backfilled_to = case
         when (select count(*) from page) < ${backfillBatch} then known.backfill_until
         else (select max(id) from page)
       end
       from handler where known.name = handler.name`,
      [name],
    ).then(() =>
      this.query(
        `select coalesce(backfilled_to >= backfill_until, false) as done,
           backfill_until is not null as settled
         from user_event_handlers where name = $1`,
        [name],
      ),
    );
    const [state] = z.array(z.object({ done: z.boolean(), settled: z.boolean() })).parse(rows);
    if (state?.done === true) return 'done';
    return state?.settled === true ? 'more' : 'waiting';
  }

  /**
   * Delivers one due event: the oldest of its user that no other process holds.
   *
   * @param signal ends it: the handler's transaction is rolled back, and the event delivered later
   * @throws the database's error when it cannot answer; the event is delivered later then
   */
  async deliver(name: string, handle: Handle, signal?: AbortSignal): Promise<Delivery> {
    const client = await this.pool.connect();
    const connection = new TransactionConnection(client);
    let timedOut:
      { readonly claimed: ClaimedDelivery; readonly cause: HandlerTimeoutError } | undefined;
    try {
      const delivery = await drizzle(connection.client).transaction(
        async (transaction): Promise<Delivery> => {
          await transaction.execute(transactionSettings(databaseTimes.statement));
          const claimed = await claimDelivery(connection.client, name, this.times.retry.longest);
          if (claimed === undefined) return { result: 'none' };
          const event = eventOf(claimed);
          try {
            // An event that was deleted by hand is not delivered.
            if (event !== undefined) await this.run(transaction, event, handle, signal);
          } catch (cause) {
            if (signal?.aborted === true) throw cause;
            if (cause instanceof HandlerTimeoutError) {
              timedOut = { claimed, cause };
              throw cause;
            }
            return await this.postpone(transaction, name, claimed, cause);
          }
          await transaction.execute(
            sql`delete from user_event_deliveries
                where event_id = ${claimed.eventId}::bigint and handler = ${name}`,
          );
          connection.startCommit();
          return { result: 'handled' };
        },
        { isolationLevel: 'read committed' },
      );
      connection.close();
      // Its plans may be of the schema before a migration.
      client.release(delivery.result === 'failed' && isConnectionLost(delivery.cause));
      return delivery;
    } catch (error) {
      connection.close();
      client.release(true);
      if (timedOut === undefined) throw connection.unanswered ?? rootCause(error);
      return await this.postpone(drizzle(this.pool), name, timedOut.claimed, timedOut.cause);
    }
  }

  /**
   * @returns for each known handler, how long its oldest event has waited, in seconds; 0: none waits
   */
  async lags(): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.query(`
      select handlers.name, coalesce(extract(epoch from clock_timestamp() - least(
        (select events.occurred_at from user_event_deliveries as deliveries
          join user_events as events on events.id = deliveries.event_id
          where deliveries.handler = handlers.name order by deliveries.event_id limit 1),
        (select events.occurred_at from user_events as events
          where events.id > handlers.backfilled_to
            and events.id <= coalesce(handlers.backfill_until, 9223372036854775807)
            and events.type = any (handlers.types)
          order by events.id limit 1)
      ))::float8, 0) as lag
      from user_event_handlers as handlers`);
    const parsed = z.array(z.object({ name: z.string(), lag: z.number() })).parse(rows);
    return new Map(parsed.map(({ name, lag }) => [name, Math.max(0, lag)]));
  }

  private query(text: string, values: readonly unknown[] = []): Promise<{ rows: unknown[] }> {
    return this.pool.query({ text, values: [...values], types: ownTypes });
  }

  /** Runs the handler in a savepoint: if it fails, the delivery is still this transaction's. */
  private async run(
    transaction: Transaction,
    event: RecordedUserEvent,
    handle: Handle,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { handler } = this.times;
    const work = transaction.transaction(async (inner) => {
      await handle(event, inner);
    });
    const timeout = (): Error => new HandlerTimeoutError(handler);
    let end = (): void => undefined;
    const ended = new Promise<never>((_resolve, reject) => {
      end = (): void => {
        reject(new Error('The process is shutting down.'));
      };
    });
    signal?.addEventListener('abort', end, { once: true });
    try {
      await withDeadline(Promise.race([work, ended]), handler, timeout);
    } finally {
      signal?.removeEventListener('abort', end);
    }
  }

  /** Later events of the user also wait. */
  private async postpone(
    transaction: Transaction,
    name: string,
    { eventId, userId, attempts }: ClaimedDelivery,
    cause: unknown,
  ): Promise<Delivery> {
    const { first, longest } = this.times.retry;
    const retryAfterMs = Math.min(longest, first * 2 ** attempts) * (0.5 + Math.random() / 2);
    await transaction.execute(sql`
      update user_event_deliveries set
        attempts = attempts + case when event_id = ${eventId}::bigint then 1 else 0 end,
        next_attempt_at = greatest(
          case
            when next_attempt_at <= clock_timestamp() + ${longest}::float8 * interval '1 millisecond'
              then next_attempt_at
          end,
          clock_timestamp() + ${retryAfterMs}::float8 * interval '1 millisecond')
      where handler = ${name} and user_id = ${userId}::uuid`);
    return {
      result: 'failed',
      eventId,
      attempts: attempts + 1,
      retryAfterMs,
      cause: rootCause(cause),
    };
  }
}
