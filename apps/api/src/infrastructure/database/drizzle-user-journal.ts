import { and, desc, eq, exists, inArray, lt, not, sql, type SQLWrapper } from 'drizzle-orm';
import type { Database } from '@populatte/nestjs-clerk-sync/internal';
import { type UserEvent, UserJournal } from '../../core/events/user-journal.js';
import { isoTime } from './moments.js';
import type { Queries } from './queries.js';
import { userEventDeliveries, userEventHandlers, userEvents } from '@populatte/nestjs-clerk-sync';

/** Events per statement: each must end well within the statement timeout. */
const pruneBatch = 1_000;

const columns = {
  id: sql<string>`${userEvents.id}::text`.as('event_id'),
  type: userEvents.type,
  source: userEvents.source,
  actor: userEvents.actor,
  changed: userEvents.changed,
  occurredAt: isoTime(userEvents.occurredAt),
};

/** @returns a query for a handler that has not handled the event, or has no delivery of it yet */
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

  override async prune(olderThanDays: number): Promise<number> {
    let total = 0;
    for (;;) {
      const deleted = await this.queries.write('journal', async (db) => {
        const old = db
          .select({ id: userEvents.id })
          .from(userEvents)
          .where(
            and(
              lt(userEvents.occurredAt, sql`now() - make_interval(days => ${olderThanDays})`),
              not(exists(awaited(db))),
            ),
          )
          .limit(pruneBatch)
          .for('update', { skipLocked: true });
        const result = await db.delete(userEvents).where(inArray(userEvents.id, old));
        return result.rowCount ?? 0;
      });
      total += deleted;
      if (deleted < pruneBatch) return total;
    }
  }
}
