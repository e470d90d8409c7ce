import { getTableName, sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { type ClerkUserTable, columnsOf } from './clerk-columns.js';
import { endedSessionsOf } from './ended-sessions.js';

/**
 * A timestamp as a number. PostgreSQL writes timestamps as text in the style and zone of its settings
 * (`DateStyle`, `TimeZone`), in which 5 March may read as 3 May; a number has no style. It is a
 * `numeric`, because no integer can be infinite, as an application's time may be.
 *
 * @param timestamp a `timestamp`, with or without a zone
 */
export function epochMs(timestamp: SQLWrapper): SQL {
  return sql`floor(extract(epoch from ${timestamp}) * 1000)`;
}

/** @returns whether a column holds a timestamp that Drizzle reads as a Date */
export function isTime({ dataType, columnType }: PgColumn): boolean {
  return dataType === 'date' && columnType === 'PgTimestamp';
}

/** @returns the Date of what `epochMs` selected */
export function toDate(milliseconds: unknown): Date | null {
  return milliseconds === null ? null : new Date(Number(milliseconds));
}

/**
 * Drizzle writes a column of the only table of a statement without its table. Inside the subquery,
 * such a `clerk_id` would be that of the session.
 */
export function qualifiedClerkId(table: ClerkUserTable): SQL {
  return sql`${sql.identifier(getTableName(table))}.${sql.identifier(table.clerkId.name)}`;
}

/** As JSON text, because an application may have changed how the driver reads an array, or JSON. */
function endedSessionsText(clerkId: SQLWrapper): SQL<string> {
  return sql<string>`array_to_json(${endedSessionsOf(clerkId)})::text`;
}

/** A member of a selection: a column, or an expression. */
export type Selected = PgColumn | SQL.Aliased;

/**
 * What statements read: all columns of the application's table, times as numbers, and the user's
 * ended sessions. The module's own members have names that no column of an application has.
 */
export function selectionOf(table: ClerkUserTable): Record<string, Selected> {
  return {
    ...Object.fromEntries(
      Object.entries(columnsOf(table)).map(([key, column]): [string, Selected] => [
        key,
        isTime(column) ? epochMs(column).mapWith(toDate).as(column.name) : column,
      ]),
    ),
    clerkSyncEndedSessions: endedSessionsText(qualifiedClerkId(table)).as(
      'clerk_sync_ended_sessions',
    ),
  };
}

/** @returns the columns as they are stored, of a table, alias or CTE */
export function storedColumns(table: ClerkUserTable, source: string): SQL {
  return sql.join(
    Object.values(columnsOf(table)).map(
      ({ name }) => sql`${sql.identifier(source)}.${sql.identifier(name)}`,
    ),
    sql`, `,
  );
}

/** @returns the same columns as they are read: times as numbers */
export function selectedColumns(table: ClerkUserTable, source: string): SQL {
  const clerkId = sql`${sql.identifier(source)}.clerk_id`;
  return sql.join(
    [
      ...Object.values(columnsOf(table)).map((column) => {
        const value = sql`${sql.identifier(source)}.${sql.identifier(column.name)}`;
        return isTime(column) ? sql`${epochMs(value)} as ${sql.identifier(column.name)}` : value;
      }),
      sql`${endedSessionsText(clerkId)} as clerk_sync_ended_sessions`,
    ],
    sql`, `,
  );
}
