import type pg from 'pg';

/**
 * Oldest supported server, as `server_version_num` / 10000; 13 is end-of-life since November 2025.
 */
const minMajorVersion = 14;

/** This release cannot work with the database; waiting does not help. */
export class DatabaseUnsupportedError extends Error {
  override readonly name = 'DatabaseUnsupportedError';

  /**
   * @param problem the problem, as a sentence
   * @param fix the fix, for the operator
   */
  constructor(
    readonly problem: string,
    readonly fix: string,
  ) {
    super(`${problem} ${fix}`);
  }
}

/** Reads the data that `assertSupported` checks, in one statement that any role may run. */
export const supportQuery = `
  select current_setting('server_version_num')::int as version,
    current_setting('server_encoding') as encoding`;

/** A row of `supportQuery`. */
export interface DatabaseSupport extends pg.QueryResultRow {
  readonly version: number;
  readonly encoding: string;
}

/**
 * Checks version and encoding. An encoding other than UTF-8 cannot store every name: PostgreSQL
 * answers 22P05 for a character outside of it, and SQL_ASCII stores bytes without checking them.
 *
 * @param support a row of `supportQuery`
 * @throws DatabaseUnsupportedError naming the fix
 */
export function assertSupported(support: DatabaseSupport | undefined): void {
  if (support === undefined) throw new Error('The database returned no settings.');
  const major = Math.trunc(support.version / 10_000);
  if (major < minMajorVersion) {
    throw new DatabaseUnsupportedError(
      `The database server’s version is ${major}; ${minMajorVersion} or newer is required.`,
      'Upgrade PostgreSQL, or point DATABASE_URL at a newer server.',
    );
  }
  if (support.encoding !== 'UTF8') {
    throw new DatabaseUnsupportedError(
      `The database’s encoding is ${support.encoding}; it must be UTF8, or some names cannot be stored.`,
      "Create a database with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, copy the data with pg_dump, and point DATABASE_URL at it.",
    );
  }
}

/** @throws DatabaseUnsupportedError when this connection's database is too old or not UTF-8 */
export async function checkSupport(client: Pick<pg.ClientBase, 'query'>): Promise<void> {
  const { rows } = await client.query<DatabaseSupport>(supportQuery);
  assertSupported(rows[0]);
}
