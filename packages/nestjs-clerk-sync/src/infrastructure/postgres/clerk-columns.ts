import { getTableColumns, getTableName, type InferSelectModel, is, sql } from 'drizzle-orm';
import {
  bigint,
  check,
  type CheckBuilder,
  type PgColumn,
  type PgTable,
  PgVarchar,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import { profileLimits } from '../../core/profile.js';

/** As precise as JavaScript's Date, so that no digits are lost. */
const moment = { withTimezone: true, precision: 3, mode: 'date' } as const;

/**
 * The columns that a table of users needs. You can add columns of any name: the module does not
 * write those, so each must have a default or be nullable.
 *
 * @example
 * export const users = pgTable(
 *   'app_users',
 *   { ...clerkUserColumns(), plan: text('plan').notNull().default('free') },
 *   clerkUserConstraints,
 * );
 */
// eslint-disable-next-line @typescript-eslint/explicit-function-return-type, @typescript-eslint/explicit-module-boundary-types -- Drizzle's builders carry the column types
export function clerkUserColumns() {
  return {
    /** The local id: a random UUID that never changes. */
    id: uuid('id').primaryKey(),
    clerkId: text('clerk_id').notNull().unique(),
    /** Data, never an identity: two users may share one. */
    email: text('email'),
    name: text('name'),
    imageUrl: text('image_url'),
    /** When the profile was true at Clerk, in milliseconds since the epoch. */
    profileVersion: bigint('profile_version', { mode: 'number' }).notNull(),
    createdAt: timestamp('created_at', moment).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', moment).notNull().defaultNow(),
    /**
     * Makes the row a tombstone: without personal data, kept so that nothing can restore the user.
     */
    deletedAt: timestamp('deleted_at', moment),
    bannedAt: timestamp('banned_at', moment),
    /**
     * The exact version that last reported whether the user is banned, in milliseconds since the
     * epoch; 0: none has. Separate from `profile_version`, which tokens advance although they carry
     * no ban status.
     */
    banVersion: bigint('ban_version', { mode: 'number' }).notNull().default(0),
  };
}

/** The columns of the application's table that the module reads. */
type ClerkUserColumns = Record<keyof ReturnType<typeof clerkUserColumns>, PgColumn>;

/** A table of users: any name, `clerkUserColumns()`, and others beside them. */
export type ClerkUserTable = PgTable & ClerkUserColumns;

/** A row of the application's table, as Drizzle selects it. */
export type ClerkUserRow<Table extends ClerkUserTable> = InferSelectModel<Table>;

/**
 * The constraint that a tombstone has no personal data: the third argument of `pgTable`, or part of
 * what that returns.
 *
 * @param columns those of the table, as `pgTable` passes them
 * @example
 * (columns) => [...clerkUserConstraints(columns), index().on(columns.email)]
 */
export function clerkUserConstraints(
  columns: Pick<ClerkUserColumns, 'deletedAt' | 'email' | 'name' | 'imageUrl'>,
): CheckBuilder[] {
  const { deletedAt, email, name, imageUrl } = columns;
  return [
    check(
      `${getTableName(deletedAt.table)}_tombstone_is_empty`,
      sql`${deletedAt} is null or num_nonnulls(${email}, ${name}, ${imageUrl}) = 0`,
    ),
  ];
}

/**
 * @returns the columns of the application's table by their key: the module's, and others beside
 * them
 */
export function columnsOf(table: ClerkUserTable): Record<string, PgColumn> {
  return getTableColumns(table);
}

/**
 * @returns the application's columns for which a new row needs a value, and which only a trigger
 *   could fill: the module does not write them, and `$defaultFn()` and `$onUpdate()` run only in
 *   Drizzle's own statements
 */
export function unfilledColumns(table: ClerkUserTable): readonly string[] {
  const own = Object.keys(clerkUserColumns());
  return Object.entries(columnsOf(table))
    .filter(([key, column]) => !own.includes(key) && column.notNull && !isFilled(column))
    .map(([, { name }]) => name);
}

/** @returns the columns that are shorter than the longest values of Clerk, with their types */
export function shortColumns(table: ClerkUserTable): readonly string[] {
  const { email, name, imageUrl } = profileLimits;
  const limits = [
    [table.email, email],
    [table.name, name],
    [table.imageUrl, imageUrl],
  ] as const;
  return limits.flatMap(([column, limit]) =>
    is(column, PgVarchar) && column.length !== undefined && column.length < limit
      ? [`${column.name} ${column.getSQLType()}`]
      : [],
  );
}

function isFilled({
  default: value,
  hasDefault,
  defaultFn,
  onUpdateFn,
  ...column
}: PgColumn): boolean {
  if (value !== undefined || column.generated !== undefined) return true;
  // Drizzle only knows that a serial column has a default.
  return hasDefault && defaultFn === undefined && onUpdateFn === undefined;
}
