import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

/**
 * A timestamp as a number. PostgreSQL writes timestamps as text in the style and zone of its settings
 * (`DateStyle`, `TimeZone`), in which 5 March may read as 3 May; a number has no style.
 *
 * @param timestamp a `timestamptz`
 */
export function epochMs(timestamp: SQLWrapper): SQL {
  return sql`floor(extract(epoch from ${timestamp}) * 1000)::bigint`;
}

/** The ids of a user's sessions whose tokens may not have expired yet. */
export function endedSessionsOf(clerkId: SQLWrapper): SQL<string[]> {
  return sql<string[]>`array(
    select ended_sessions.session_id from ended_sessions
    where ended_sessions.clerk_id = ${clerkId}
      and ended_sessions.ended_at > now() - interval '24 hours')`;
}

/** @returns whether a column holds a `timestamptz` that Drizzle reads as a Date */
export function isTime({ dataType, columnType }: PgColumn): boolean {
  return dataType === 'date' && columnType === 'PgTimestamp';
}

/** @returns the Date of what `epochMs` selected */
export function toDate(milliseconds: unknown): Date | null {
  return milliseconds === null ? null : new Date(Number(milliseconds));
}
