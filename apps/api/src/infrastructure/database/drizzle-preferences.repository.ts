import { and, eq, isNull, sql } from 'drizzle-orm';
import {
  type ChosenPreferences,
  type Preferences,
  PreferencesRepository,
} from '../../core/preferences/preferences.repository.js';
import { isoTime } from './moments.js';
import type { Queries } from './queries.js';
import { userPreferences } from './user-preferences.table.js';
import { users } from './users.table.js';

const columns = {
  language: userPreferences.language,
  timeZone: userPreferences.timeZone,
  updatedAt: isoTime(userPreferences.updatedAt),
};

/** Preferences in PostgreSQL, through Drizzle. */
export class DrizzlePreferencesRepository extends PreferencesRepository {
  constructor(private readonly queries: Queries) {
    super();
  }

  override find(userId: string): Promise<Preferences | null> {
    return this.queries.read(async (db) => {
      const [row] = await db
        .select(columns)
        .from(userPreferences)
        .where(eq(userPreferences.userId, userId));
      return row ?? null;
    });
  }

  /**
   * Locks the user's row first, which a deletion locks too: one of the two comes second. A deletion
   * that comes second erases what was stored; a replacement that comes second finds the tombstone. It
   * does not wait for the lock but runs again, since a waiting statement keeps a connection from others.
   */
  override replace(userId: string, chosen: ChosenPreferences): Promise<Preferences | null> {
    return this.queries.write(userId, async (db) => {
      const live = and(eq(users.id, userId), isNull(users.deletedAt));
      const free = db.$with('free').as(
        db
          .select({
            userId: sql`${users.id}`.as('user_id'),
            language: sql`${chosen.language}::text`.as('language'),
            timeZone: sql`${chosen.timeZone}::text`.as('time_zone'),
            updatedAt: sql`now()`.as('updated_at'),
          })
          .from(users)
          .where(live)
          .for('no key update', { skipLocked: true }),
      );
      const [stored] = await db
        .with(free)
        .insert(userPreferences)
        .select(db.select().from(free))
        .onConflictDoUpdate({
          target: userPreferences.userId,
          set: { ...chosen, updatedAt: sql`now()` },
        })
        .returning(columns);
      if (stored !== undefined) return stored;
      const isLocked = (await db.select({ id: users.id }).from(users).where(live)).length > 0;
      return isLocked ? undefined : null;
    });
  }
}
