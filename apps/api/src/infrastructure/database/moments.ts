import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';

/** A `timestamptz` column as precise as JavaScript's Date: `timestamp('updated_at', moment)`. */
export const moment = { withTimezone: true, precision: 3, mode: 'date' } as const;

/**
 * Selects a timestamp as ISO 8601 in UTC. The statement returns a number: PostgreSQL writes
 * timestamps as text in the style and zone of its settings (`DateStyle`, `TimeZone`), in which
 * 5 March may read as 3 May.
 *
 * @param timestamptz a column, or an expression, that is not null
 */
export function isoTime(timestamptz: SQLWrapper): SQL<string> {
  return sql`floor(extract(epoch from ${timestamptz}) * 1000)::bigint`.mapWith(toIso);
}

function toIso(milliseconds: unknown): string {
  return new Date(Number(milliseconds)).toISOString();
}
