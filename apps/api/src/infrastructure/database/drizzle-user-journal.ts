import { and, desc, eq, lt, sql, type SQLWrapper } from 'drizzle-orm';
import { z } from 'zod';
import { userEventDeliveries, userEventHandlers, userEvents } from '@populatte/nestjs-clerk-sync';
import type { Database } from '@populatte/nestjs-clerk-sync/internal';
import { type UserEvent, UserJournal } from '../../core/events/user-journal.js';
import { isoTime } from './moments.js';
import type { Queries } from './queries.js';

/** Events per statement, each of which must end well within the statement timeout. */
const pruneBatch = 1_000;

const columns = {
  id: sql<string>`${userEvents.id}::text`.as('event_id'),
  type: userEvents.type,
  source: userEvents.source,
  actor: userEvents.actor,
  changed: userEvents.changed,
  occurredAt: isoTime(userEvents.occurredAt),
};

/** @returns a query for a handler that has not processed the event, or has no delivery of it yet */
function awaited(db: Database): SQLWrapper {
  const { backfilledTo, backfillUntil } = userEventHandlers;
  const toBeDelivered = sql`${backfilledTo} < ${userEvents.id}
    and (${backfillUntil} is null or ${userEvents.id} <= ${backfillUntil})`;
  const undelivered = db
    .select({ found: sql`1` })
    .from(userEventDeliveries)
    .innerJoin(userEventHandlers, eq(userEventHandlers.name, userEventDeliveries.handler))
    .where(eq(userEventDeliveries.eventId, userEvents.id));
  return undelivered.unionAll(
    db
      .select({ found: sql`1` })
      .from(userEventHandlers)
      .where(toBeDelivered),
  );
}

/** The journal in PostgreSQL. A trigger writes it. */
export class DrizzleUserJournal extends UserJournal {
  constructor(private readonly queries: Queries) {
    super();
  }

  override list(userId: string, before: string | null, limit: number): Promise<UserEvent[]> {
    return this.queries.read((db) =>
      db
        .select(columns)
        .from(userEvents)
        .where(
          and(
            eq(userEvents.userId, userId),
            before === null ? undefined : lt(userEvents.id, BigInt(before)),
          ),
        )
        .orderBy(desc(userEvents.id))
        .limit(limit),
    );
  }

  /**
   * Walks the journal from its lowest id, because ids grow with time and need no index on the time.
   * Stops after a page without an expired event, unless all of its events are from a clock that ran ahead.
   */
  override async prune(olderThanDays: number): Promise<number> {
    let total = 0;
    let after = '0';
    for (;;) {
      const { last, isRecent, deleted } = await this.queries.write('journal', (db) =>
        prunePage(db, after, olderThanDays),
      );
      total += deleted;
      if (last === null || isRecent) return total;
      after = last;
    }
  }
}

const prunedPage = z.tuple([
  z.object({
    /** The page's highest id; null: it is empty. */
    last: z.string().nullable(),
    /** No event has expired, and at least one is not ahead of the clock, so later events are recent too. */
    isRecent: z.boolean(),
    deleted: z.number(),
  }),
]);

/** Deletes the expired events of a page, except those that another process deletes. */
async function prunePage(
  db: Database,
  after: string,
  days: number,
): Promise<z.output<typeof prunedPage>[0]> {
  const { rows } = await db.execute(sql`
    with page as (
      select id, occurred_at < now() - make_interval(days => ${days}) as expired,
        occurred_at > now() as ahead
      from user_events where id > ${after}::bigint order by id limit ${pruneBatch}),
    unneeded as (
      select user_events.id from user_events join page on page.id = user_events.id
      where page.expired and not exists ${awaited(db)}
      for update of user_events skip locked),
    deleted as (
      delete from user_events where id in (select id from unneeded) returning id)
    select
      (select max(id)::text from page) as last,
      (select not coalesce(bool_or(expired), false) and not coalesce(bool_and(ahead), false) from page)
        as "isRecent",
      (select count(*)::int from deleted) as deleted`);
  return prunedPage.parse(rows)[0];
}
