import { eq, sql } from 'drizzle-orm';
import pg from 'pg';
import {
  StoreReadOnlyError,
  SyncUnavailableError,
  type Transaction,
} from '@populatte/nestjs-clerk-sync';
import {
  type Database,
  databaseTimes,
  inTransaction,
  KeyedQueue,
  retryTimes,
  rootCause,
  withDeadline,
  withRetries,
  type WriteAccess,
} from '@populatte/nestjs-clerk-sync/internal';
import { DomainError } from '../../core/errors.js';
import { UserDeletedError } from '../../core/users/user-deleted.error.js';
import { users } from './users.table.js';

/**
 * Milliseconds in which a query ends, attempts and waits included: a request is answered within 5
 * s.
 */
const deadlineMs = 4_500;

/** The class of the SQLSTATEs of constraints that do not hold. */
const constraintClass = '23';

/** A unique, foreign key, check or not-null constraint refused a write. */
export class ConstraintError extends Error {
  override readonly name = 'ConstraintError';

  /** @param constraint its name in the database; empty for not-null constraints */
  constructor(
    readonly constraint: string,
    options: ErrorOptions,
  ) {
    super('A constraint refused the write.', options);
  }
}

/**
 * Runs the queries of the application's repositories. Retries on another connection if one breaks, and
 * after a serialisation failure. Has a deadline, and answers 503 while the database is unavailable.
 *
 * @example
 * find(id: string): Promise<Note | null> {
 *   return this.queries.read(async (db) => {
 *     const [row] = await db.select().from(notes).where(eq(notes.id, id));
 *     return row ?? null;
 *   });
 * }
 */
export class Queries {
  private readonly writeQueue = new KeyedQueue();

  /** @param writes tracks whether the database accepts writes */
  constructor(
    private readonly db: Database,
    private readonly writes: WriteAccess,
  ) {}

  /**
   * Runs a query that writes nothing. It may run more than once.
   *
   * @throws SyncUnavailableError if the database is unavailable
   */
  read<T>(query: (db: Database) => Promise<T>): Promise<T> {
    return within(this.attempt(query));
  }

  /**
   * Runs a write: one statement, or one transaction. It may run more than once, though only after an
   * attempt that is known to have failed or that lost its connection.
   *
   * @param owner whose rows are written, such as a user's id. Writes of one owner take turns, so that
   *   a locked row holds one connection of this process at most
   * @param query resolves to undefined if another transaction is in the way, so that it must run
   *   again
   * @throws SyncUnavailableError if the database is unavailable, or is read-only
   * @throws ConstraintError when a constraint does not hold
   */
  write<T>(owner: string, query: (db: Database) => Promise<T | undefined>): Promise<T> {
    return within(
      this.writeQueue.run(owner, () => this.writeNow(query), retryTimes.total, unavailable),
    );
  }

  /**
   * Writes rows of a user in a transaction, unless the user is deleted: a write that races with the
   * deletion leaves no row behind.
   *
   * @param userId the local id
   * @param query writes through `transaction`; resolves to undefined if it must run again
   * @throws UserDeletedError when the user is deleted
   * @throws SyncUnavailableError if the database is unavailable, or is read-only
   * @throws ConstraintError when a constraint does not hold
   * @example
   * add(userId: string, title: string): Promise<Note> {
   *   const values = { id: randomUUID(), userId, title };
   *   return this.queries.writeFor(userId, async (transaction) => {
   *     const [added] = await transaction.insert(notes).values(values).returning();
   *     return added;
   *   });
   * }
   */
  writeFor<T>(
    userId: string,
    query: (transaction: Transaction) => Promise<T | undefined>,
  ): Promise<T> {
    return this.write(userId, ({ $client: pool }) =>
      inTransaction(
        pool,
        async (transaction) =>
          (await lockUser(transaction, userId)) ? query(transaction) : undefined,
        {
          statementTimeoutMs: databaseTimes.statement,
          isOwnError: (error) => error instanceof DomainError,
        },
      ),
    );
  }

  private async writeNow<T>(query: (db: Database) => Promise<T | undefined>): Promise<T> {
    const result = await this.writes.run(
      () => this.attempt(query),
      () => Promise.reject(new StoreReadOnlyError()),
    );
    this.writes.written();
    return result;
  }

  private async attempt<T>(query: (db: Database) => Promise<T | undefined>): Promise<T> {
    const outcome = await withRetries(this.db, async () => {
      try {
        const value = await query(this.db);
        return value === undefined ? undefined : { value };
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal === undefined) throw error;
        return { refusal };
      }
    });
    if ('refusal' in outcome) throw outcome.refusal;
    return outcome.value;
  }
}

/**
 * Locks a user's row, which a deletion locks too: one of the two comes second. It does not wait for
 * the lock, since a waiting statement keeps a connection from other requests.
 *
 * @returns whether the row is locked; if not, another transaction holds it
 * @throws UserDeletedError when the user is deleted
 */
async function lockUser(transaction: Transaction, userId: string): Promise<boolean> {
  const columns = { isDeleted: sql<boolean>`${users.deletedAt} is not null` };
  const isTheirs = eq(users.id, userId);
  const [locked] = await transaction
    .select(columns)
    .from(users)
    .where(isTheirs)
    .for('no key update', { skipLocked: true });
  const [found] =
    locked === undefined ? await transaction.select(columns).from(users).where(isTheirs) : [locked];
  if (found === undefined || found.isDeleted) throw new UserDeletedError();
  return locked !== undefined;
}

/** @returns the error of a query that must not run again: the same would happen */
function refusalOf(error: unknown): Error | undefined {
  if (error instanceof DomainError) return error as Error;
  const cause = rootCause(error);
  if (!(cause instanceof pg.DatabaseError) || cause.code?.startsWith(constraintClass) !== true) {
    return undefined;
  }
  return new ConstraintError(cause.constraint ?? '', { cause });
}

/** Bounds the wait. Clients see the same message for every query. */
async function within<T>(work: Promise<T>): Promise<T> {
  try {
    return await withDeadline(work, deadlineMs, unavailable);
  } catch (error) {
    if (error instanceof SyncUnavailableError && !(error instanceof StoreReadOnlyError)) {
      throw unavailable(error.cause);
    }
    throw error;
  }
}

function unavailable(cause?: unknown): SyncUnavailableError {
  return new SyncUnavailableError(
    'The database is temporarily unavailable. Try again shortly; you stay signed in.',
    2,
    cause === undefined ? undefined : { cause },
  );
}
