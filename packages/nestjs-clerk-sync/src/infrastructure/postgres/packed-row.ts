import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { type ClerkUserTable, clerkUserColumns, columnsOf } from './clerk-columns.js';
import { endedSessionsOf, epochMs, isTime, toDate } from './row-expressions.js';

/** Types whose values are the same in JSON as Drizzle reads them. */
const jsonTypes: readonly string[] = ['PgUUID', 'PgText', 'PgBigInt53'];

const moduleKeys: ReadonlySet<string> = new Set(Object.keys(clerkUserColumns()));

const jsonArray = z.array(z.unknown());

/** A member of the application's table, in the table's order. */
interface Member {
  readonly key: string;
  readonly column: PgColumn;
  /** Its position in the array; null: a column of its own. */
  readonly position: number | null;
}

/**
 * A row of the application's table that a statement returns as one JSON array, beside the columns of
 * the application. The driver reads a description of each returned column for each statement: for
 * the module's thirteen, that costs more than to parse the array.
 */
export class PackedRow {
  private readonly members: readonly Member[];
  private readonly packed: readonly PgColumn[];

  constructor(table: ClerkUserTable) {
    const packed: PgColumn[] = [];
    this.members = Object.entries(columnsOf(table)).map(([key, column]) => {
      const isPacked =
        moduleKeys.has(key) && (isTime(column) || jsonTypes.includes(column.columnType));
      return { key, column, position: isPacked ? packed.push(column) - 1 : null };
    });
    this.packed = packed;
  }

  /** The application's columns by key: Drizzle reads them as it always does. */
  get others(): Record<string, PgColumn> {
    const others = this.members.filter(({ position }) => position === null);
    return Object.fromEntries(others.map(({ key, column }) => [key, column]));
  }

  /**
   * @param refer how the statement refers to a column
   * @param clerkId the row's Clerk id
   * @param outcome what the statement did, as text
   * @returns the array, as text: an application may have changed how the driver reads JSON
   */
  expression(
    refer: (column: PgColumn) => SQLWrapper,
    clerkId: SQLWrapper,
    outcome: SQL = sql`null`,
  ): SQL<string> {
    const values = this.packed.map((column) =>
      isTime(column) ? epochMs(refer(column)) : refer(column),
    );
    const list = sql.join([...values, endedSessionsOf(clerkId), outcome], sql`, `);
    return sql<string>`json_build_array(${list})::text`;
  }

  /** @returns the members of a row as `selectionOf` selects them */
  read(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const values = jsonArray.parse(JSON.parse(z.string().parse(row['clerkSyncRow'])));
    const selected: Record<string, unknown> = {};
    for (const { key, column, position } of this.members) {
      if (position === null) selected[key] = row[key];
      else selected[key] = isTime(column) ? toDate(values[position]) : values[position];
    }
    const { length } = this.packed;
    selected['clerkSyncEndedSessions'] = values[length];
    selected['clerkSyncOutcome'] = values[length + 1] ?? undefined;
    return selected;
  }
}
