import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import { type UserEvent, UserJournal } from '../../core/events/user-journal.js';
import { isoTime } from './moments.js';
import type { Queries } from './queries.js';
import { userEvents } from '@populatte/nestjs-clerk-sync';

/** Events per statement: each must end well within the statement timeout. */
const pruneBatch = 1_000;

const columns = {
  id: sql<string>`${userEvents.id}::text`.as('event_id'),
  type: userEvents.type,
  source: userEvents.source,
  changed: userEvents.changed,
  occurredAt: isoTime(userEvents.occurredAt),
};

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
          .where(lt(userEvents.occurredAt, sql`now() - make_interval(days => ${olderThanDays})`))
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
