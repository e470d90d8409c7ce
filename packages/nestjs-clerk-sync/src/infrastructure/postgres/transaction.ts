import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { sql, type SQL } from 'drizzle-orm';
import type pg from 'pg';
import { answering, databaseTimes } from './database.js';
import { isConnectionLost, isDatabaseError, isUnanswered, rootCause } from './database-error.js';

/** Drizzle on the connection of one transaction. */
export type Transaction = NodePgDatabase;

/** Milliseconds in which the server reports that it has cancelled a statement. */
const answerMargin = databaseTimes.answer - databaseTimes.statement;

export interface TransactionOptions {
  /** Milliseconds that each statement may take on the server. */
  readonly statementTimeoutMs: number;
  /**
   * @returns whether the work threw this error after all its statements had ended, so that the
   *   connection can be reused; the database's own errors count, unless they make it unusable
   */
  readonly isOwnError?: (error: unknown) => boolean;
}

/** PostgreSQL 17 and newer have it. The work has its own limit. */
const withoutTransactionTimeout = `select set_config('transaction_timeout', '0', true) where current_setting('transaction_timeout', true) is not null`;

/**
 * The settings of each transaction, which prevent timeouts of the server, database or role from
 * ending it. The timeout of a statement limits its waits for locks.
 */
export function transactionSettings(statementTimeoutMs: number): SQL {
  return sql.raw(
    `set local statement_timeout = ${statementTimeoutMs}; set local lock_timeout = 0; set local idle_in_transaction_session_timeout = ${databaseTimes.idleInTransaction}; ${withoutTransactionTimeout}`,
  );
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
  const connection = new TransactionConnection(client, statementTimeoutMs + answerMargin);
  let failure: { readonly error: unknown } | undefined;
  try {
    // Drizzle's own, in which a transaction within the transaction is a savepoint.
    const result = await drizzle(connection.client).transaction(
      async (transaction) => {
        try {
          await transaction.execute(transactionSettings(statementTimeoutMs));
          const value = await work(transaction);
          connection.startCommit();
          return value;
        } catch (error) {
          failure = { error };
          const cause = rootCause(error);
          const isUsable =
            isOwnError(error) || (isDatabaseError(cause) && !isConnectionLost(cause));
          // Comes before the rollback, because statements that the work still sends must not run
          // after it.
          if (!isUsable) void client.end();
          throw error;
        }
      },
      { isolationLevel: 'read committed' },
    );
    connection.close();
    client.release();
    return result;
  } catch (error) {
    connection.close();
    // Any other error comes from the rollback and is less informative.
    const isRolledBack = failure?.error === error;
    client.release(!isRolledBack);
    throw failure === undefined ? (connection.unanswered ?? error) : failure.error;
  }
}

/** The connection of a transaction, with the timeouts of its statements. */
export class TransactionConnection {
  readonly client: pg.PoolClient;
  /** The error of a statement or commit without an answer. */
  unanswered: unknown;
  private limited: pg.PoolClient;
  private isOpen = true;

  /** @param answerMs how long a statement waits for its answer; default: as the pool says */
  constructor(
    private readonly own: pg.PoolClient,
    answerMs?: number,
  ) {
    this.limited = answerMs === undefined ? own : answering(own, answerMs);
    const query = (statement: string | pg.QueryConfig, values?: unknown[]): Promise<unknown> =>
      this.query(statement, values);
    this.client = new Proxy(own, {
      get: (target, key): unknown => (key === 'query' ? query : Reflect.get(target, key)),
    });
  }

  /**
   * The commit is next. However long the work may take, a commit only waits for the disk and for
   * standbys, as that of any other write.
   */
  startCommit(): void {
    this.limited = answering(this.own, databaseTimes.answer);
  }

  /** Keeps work that continues from using a connection that may already serve another transaction. */
  close(): void {
    this.isOpen = false;
  }

  private query(statement: string | pg.QueryConfig, values?: unknown[]): Promise<unknown> {
    if (!this.isOpen) return Promise.reject(new Error('This transaction has ended.'));
    return this.limited.query(statement, values).catch((error: unknown) => {
      if (isUnanswered(error)) {
        this.unanswered ??= error;
        // The rollback would wait as long.
        void this.own.end();
      }
      throw error;
    });
  }
}
