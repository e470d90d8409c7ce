import { eq, sql } from 'drizzle-orm';
import {
  type ChosenPreferences,
  type Preferences,
  PreferencesRepository,
} from '../../core/preferences/preferences.repository.js';
import { isoTime } from './moments.js';
import type { Queries } from './queries.js';
import { userPreferences } from './user-preferences.table.js';

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

  override replace(userId: string, chosen: ChosenPreferences): Promise<Preferences> {
    return this.queries.writeFor(userId, async (transaction) => {
      const [stored] = await transaction
        .insert(userPreferences)
        .values({ userId, ...chosen })
        .onConflictDoUpdate({
          target: userPreferences.userId,
          set: { ...chosen, updatedAt: sql`now()` },
        })
        .returning(columns);
      return stored;
    });
  }
}
