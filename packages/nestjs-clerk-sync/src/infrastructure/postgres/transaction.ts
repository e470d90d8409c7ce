import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { rootCause } from './run-statement.js';

/** Drizzle on the connection of one transaction. */
export type Transaction = NodePgDatabase;

export interface TransactionOptions {
  /** Milliseconds that each statement may take on the server. */
  readonly statementTimeoutMs: number;
  /**
   * @returns whether the work threw this error after all its statements had ended, so that the
   *   connection is of further use; the database's own errors always count
   */
  readonly isOwnError?: (error: unknown) => boolean;
}

/**
 * Runs work in a transaction. It sets what it needs, since behind a pooler the session is not ours, and
 * leaves nothing behind on the connection.
 *
 * @param work writes through the transaction, which is rolled back if the work rejects
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (transaction: Transaction) => Promise<T>,
  { statementTimeoutMs, isOwnError = () => false }: TransactionOptions,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query(
      `begin isolation level read committed; set local statement_timeout = ${statementTimeoutMs}`,
    );
    const result = await work(drizzle(client));
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    const isUsable = isOwnError(error) || rootCause(error) instanceof pg.DatabaseError;
    client.release(!(isUsable && (await isRolledBack(client))));
    throw error;
  }
}

function isRolledBack(client: pg.PoolClient): Promise<boolean> {
  return client.query('rollback').then(
    () => true,
    () => false,
  );
}
