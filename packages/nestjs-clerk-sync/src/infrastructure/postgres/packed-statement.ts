import { is, Placeholder } from 'drizzle-orm';
import type pg from 'pg';
import { answerTimeoutOf, hasNames } from './database.js';
import type { PackedRow, ReadRow } from './packed-row.js';

/** A statement that Drizzle has built, with placeholders as its only parameters. */
interface BuiltStatement<Values> {
  toSQL(): { readonly sql: string; readonly params: readonly unknown[] };
  prepare(name: string): { execute(values: Values): Promise<Record<string, unknown>[]> };
}

/** The driver's own parsers depend on the type; an application may have changed them. */
const asText = { getTypeParser: () => String };

/**
 * A prepared statement that returns at most one row, packed.
 *
 * Drizzle runs it only if the table has columns of the application, which Drizzle reads: without
 * them there is nothing to map, and the driver alone takes half as long.
 */
export class PackedStatement<Values extends Record<string, unknown>> {
  /** @returns the row, or undefined if there is none */
  readonly execute: (values: Values) => Promise<ReadRow | undefined>;

  /** @param name of the prepared statement */
  constructor(pool: pg.Pool, row: PackedRow, statement: BuiltStatement<Values>, name: string) {
    if (Object.keys(row.others).length > 0) {
      const prepared = statement.prepare(name);
      this.execute = async (values) => {
        const [selected] = await prepared.execute(values);
        return selected === undefined ? undefined : row.read(selected);
      };
      return;
    }
    const { sql: text, params } = statement.toSQL();
    const names = params.map(placeholderName);
    const config = {
      ...{ text, rowMode: 'array' as const, types: asText },
      query_timeout: answerTimeoutOf(pool),
    };
    this.execute = (values) =>
      pool
        .query<unknown[]>(
          // A copy, because the driver writes to it.
          { ...config, name: hasNames(pool) ? name : undefined },
          names.map((key) => values[key]),
        )
        .then(({ rows: [first] }) =>
          first === undefined ? undefined : row.read({ clerkSyncRow: first[0] }),
        );
  }
}

/** @throws TypeError a programming error: the statement has another parameter */
function placeholderName(parameter: unknown): string {
  if (is(parameter, Placeholder)) return parameter.name;
  throw new TypeError('A packed statement has placeholders only.');
}
