import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { type ClerkUserTable, clerkUserColumns, columnsOf } from './clerk-columns.js';
import { endedSessionsOf } from './ended-sessions.js';
import { epochMs, isTime, toDate } from './row-expressions.js';

/** Types whose values are the same in JSON as Drizzle reads them. */
const jsonTypes: readonly string[] = ['PgUUID', 'PgText', 'PgBigInt53'];

const moduleKeys: ReadonlySet<string> = new Set(Object.keys(clerkUserColumns()));

const sessionIds = z.array(z.string());

/** The result of a statement. */
export interface ReadRow {
  /** A row of the application's table, as Drizzle selects it. */
  readonly row: Readonly<Record<string, unknown>>;
  readonly endedSessions: readonly string[];
  /** The statement's outcome; undefined if it reports none. */
  readonly outcome: unknown;
}

/** A member of the application's table, in the table's order. */
interface Member {
  readonly key: string;
  readonly column: PgColumn;
  readonly isMoment: boolean;
  /** Its position in the array; null: a separate column. */
  readonly position: number | null;
}

/**
 * A row of the application's table that a statement returns as one JSON array, beside the columns of
 * the application that are not times. The driver reads a description of each returned column for each
 * statement: for the module's thirteen, that costs more than parsing the array.
 */
export class PackedRow {
  private readonly members: readonly Member[];
  private readonly packed: readonly PgColumn[];

  constructor(table: ClerkUserTable) {
    const packed: PgColumn[] = [];
    this.members = Object.entries(columnsOf(table)).map(([key, column]) => {
      const isMoment = isTime(column);
      // Drizzle would parse the application's times from text, whose format is a setting.
      const isPacked = isMoment || (moduleKeys.has(key) && jsonTypes.includes(column.columnType));
      return { key, column, isMoment, position: isPacked ? packed.push(column) - 1 : null };
    });
    this.packed = packed;
  }

  /** The columns outside of the array, by key: Drizzle reads them as it always does. */
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

  /** @param selected as a statement with `expression` and `others` returns it */
  read(selected: Readonly<Record<string, unknown>>): ReadRow {
    const values = unpacked(selected['clerkSyncRow']);
    const row: Record<string, unknown> = {};
    for (const { key, isMoment, position } of this.members) {
      if (position === null) row[key] = selected[key];
      else row[key] = isMoment ? toDate(values[position]) : values[position];
    }
    const { length } = this.packed;
    return {
      row,
      endedSessions: sessionIds.parse(values[length]),
      outcome: values[length + 1] ?? undefined,
    };
  }
}

/** Not by a schema, which would copy the array: the members are parsed where they are read. */
function unpacked(packed: unknown): readonly unknown[] {
  const values: unknown = typeof packed === 'string' ? JSON.parse(packed) : undefined;
  if (Array.isArray(values)) return values;
  throw new TypeError('A packed row is a JSON array, as text.');
}
