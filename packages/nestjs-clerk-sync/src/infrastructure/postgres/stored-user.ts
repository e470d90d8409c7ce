import { z } from 'zod';
import { isComparable } from '../../core/profile.js';
import type { StoredUser } from '../../core/user.repository.js';
import type { ClerkUserRow, ClerkUserTable } from './clerk-columns.js';
import { freezeDeeply } from './freeze-deeply.js';

const time = z.date().nullable();

/** The members of a row that the module reads itself. */
const moduleMembers = z.object({
  email: z.string().nullable(),
  name: z.string().nullable(),
  imageUrl: z.string().nullable(),
  profileVersion: z.number(),
  deletedAt: time,
  bannedAt: time,
  banVersion: z.number(),
});

/** As JSON text. */
const sessionIds = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.array(z.string()));

/** The application's table, and how the application converts a row. */
export interface UserMapping<Table extends ClerkUserTable, Entity> {
  readonly users: Table;
  /** Converts a row to the application's user; the result is frozen deeply, because requests share it. */
  readonly toUser: (row: ClerkUserRow<Table>) => Entity;
}

/** @param selected a row, as a statement selects it (`selectionOf`) */
export function readStoredUser<Table extends ClerkUserTable, Entity>(
  selected: Readonly<Record<string, unknown>>,
  { toUser }: Pick<UserMapping<Table, Entity>, 'toUser'>,
): StoredUser<Entity> {
  const { clerkSyncEndedSessions, clerkSyncOutcome: _, ...row } = selected;
  return toStoredUser(row, sessionIds.parse(clerkSyncEndedSessions), { toUser });
}

/**
 * @param row all columns of the application's table, by key
 * @param ended ids of the user's ended sessions
 * @returns the application's user of a live row; a tombstone has none
 */
export function toStoredUser<Table extends ClerkUserTable, Entity>(
  row: Readonly<Record<string, unknown>>,
  ended: readonly string[],
  { toUser }: Pick<UserMapping<Table, Entity>, 'toUser'>,
): StoredUser<Entity> {
  const { email, name, imageUrl, profileVersion, deletedAt, bannedAt, banVersion } =
    moduleMembers.parse(row);
  if (deletedAt !== null) return { state: 'deleted' };
  // A selection by key has the table's own type, which Drizzle cannot know here.
  const user = freezeDeeply(mapped(toUser, row as ClerkUserRow<Table>));
  const hasProfile =
    isComparable(user) && user.email === email && user.name === name && user.imageUrl === imageUrl;
  // The path of nearly all rows: creating an object with spreads takes V8 several times as long.
  if (hasProfile && banVersion === 0 && bannedAt === null && ended.length === 0)
    return { state: 'live', user, version: profileVersion };
  return {
    state: 'live',
    user,
    ...(!hasProfile && { profile: { email, name, imageUrl } }),
    version: profileVersion,
    ...(banVersion > 0 && { banVersion }),
    ...((bannedAt !== null || ended.length > 0) && {
      revocations: { bannedAt: bannedAt?.getTime() ?? null, endedSessions: ended },
    }),
  };
}

/** @throws TypeError for any error of `toUser`: a programming error, which a retry cannot repair */
function mapped<Row, Entity>(toUser: (row: Row) => Entity, row: Row): Entity {
  let user;
  try {
    user = toUser(row);
  } catch (cause) {
    throw new TypeError(
      'The option toUser of ClerkSyncModule threw an error for a row. Fix the function.',
      { cause },
    );
  }
  if (user instanceof Promise) {
    // Its rejection, which nothing else handles, would end the process.
    user.catch(() => undefined);
    throw new TypeError(
      'The option toUser of ClerkSyncModule returned a promise. Make the function synchronous, and load further data where it is used.',
    );
  }
  return user;
}
