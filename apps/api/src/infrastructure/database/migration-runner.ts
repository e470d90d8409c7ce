import type { InfrastructureLog } from '../telemetry/infrastructure-log.js';
import { isUnavailable, rootCause } from './database-errors.js';

/** Milliseconds between tries while the database cannot be reached; the last one repeats. */
const pauses = [250, 500, 1_000, 2_000, 5_000] as const;

/**
 * Brings the schema up to date at the start, and goes on trying where the database is not there yet:
 * the API then answers 503 and recovers without a restart.
 */
export class MigrationRunner {
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param apply applies what is pending
   * @param onFailure called once, with an error that waiting cannot mend
   */
  constructor(
    private readonly apply: () => Promise<void>,
    private readonly log: InfrastructureLog,
    private readonly onFailure: (cause: unknown) => void,
  ) {}

  /** Resolves after the first try, whether or not the database could be reached. */
  start(): Promise<void> {
    return this.attempt(0);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private async attempt(tries: number): Promise<void> {
    try {
      await this.apply();
      this.log.info('The database schema is up to date.');
    } catch (error) {
      const cause = rootCause(error);
      if (!isUnavailable(cause)) {
        this.onFailure(cause);
        return;
      }
      this.log.warn(
        'The database cannot be reached for migrations; trying on. Check DATABASE_URL, and that PostgreSQL runs.',
        cause,
      );
      this.timer = setTimeout(
        () => void this.attempt(tries + 1),
        pauses[Math.min(tries, pauses.length - 1)],
      );
    }
  }
}
