import { sql } from 'drizzle-orm';
import type { InfrastructureLog } from '../../core/log.js';
import { withDeadline } from '../../core/with-deadline.js';
import { isConflict, isConnectionLost, rootCause } from './database-error.js';
import type { Transaction } from './transaction.js';

/** Erases the application's data about a user. */
export interface Eraser {
  /** For the log, such as `NotesService.erase`. */
  readonly name: string;
  /**
   * @param user the application's user, as it was before the deletion
   * @param transaction the deletion's: it is rolled back if any eraser fails
   */
  readonly erase: (user: unknown, transaction: Transaction) => unknown;
}

/** Milliseconds in which all erasers of one user must finish. */
export const erasureTimeoutMs = 30_000;

/** An eraser failed: the deletion is rolled back, and must be redelivered. */
class ErasureError extends Error {
  override readonly name = 'ErasureError';
}

/** The application's erasers, in the order in which they run. */
export class Erasers {
  private found: readonly Eraser[] | undefined;

  /**
   * @param find looks them up once all providers exist
   * @param timeoutMs how long all erasers of one user may take, in milliseconds
   */
  constructor(
    private readonly find: () => readonly Eraser[],
    private readonly log: InfrastructureLog,
    private readonly timeoutMs = erasureTimeoutMs,
  ) {}

  get isEmpty(): boolean {
    return this.all().length === 0;
  }

  /**
   * Runs every eraser, one after the other.
   *
   * @throws ErasureError when one fails or takes too long
   */
  async erase(user: unknown, transaction: Transaction): Promise<void> {
    const deadline = performance.now() + this.timeoutMs;
    for (const { name, erase } of this.all()) {
      const work = Promise.resolve()
        .then(() => erase(user, transaction))
        // Rejects if the eraser has swallowed an error, after which PostgreSQL ends the transaction.
        .then(() => transaction.execute(sql`select 1`));
      try {
        await withDeadline(
          work,
          deadline - performance.now(),
          () => new Error(`The erasers took over ${this.timeoutMs} ms.`),
        );
      } catch (error) {
        const cause = rootCause(error);
        // The whole deletion runs again.
        if (isConflict(cause) || isConnectionLost(cause)) throw error;
        this.log.error(
          `${name} failed, so the user was not deleted and nothing was erased. Clerk redelivers the webhook; until it succeeds, the user stays in the database.`,
          cause,
        );
        throw new ErasureError(`${name} failed.`, { cause });
      }
    }
  }

  /** Finds the erasers, unless this was already done. */
  all(): readonly Eraser[] {
    this.found ??= this.find();
    return this.found;
  }
}
