import { setTimeout as sleep } from 'node:timers/promises';
import type { InfrastructureLog } from '@populatte/nestjs-clerk-sync';
import { isUnavailable, OncePerReason, rootCause } from '@populatte/nestjs-clerk-sync/internal';
import { DatabaseUnsupportedError } from './database-support.js';
import { describeDatabaseError } from './explain-database-error.js';

/** Milliseconds between tries while migrations cannot be applied; the last one repeats. */
const pauses = [250, 500, 1_000, 2_000, 5_000] as const;

/**
 * Milliseconds after which the start continues without the migrations, so that probes are answered.
 */
const headStart = 3_000;

/**
 * Applies migrations at startup and retries while the database cannot be reached: meanwhile the API
 * listens, answers 503, and recovers without a restart.
 */
export class MigrationRunner {
  private readonly stopping = new AbortController();
  private readonly warnings = new OncePerReason();

  /**
   * @param apply applies pending migrations; calls back once while another instance is migrating
   * @param onApplied called once, when the schema is up to date
   * @param onFailure called once, with an error that waiting cannot fix
   */
  constructor(
    private readonly apply: (onWaiting: () => void) => Promise<void>,
    private readonly log: InfrastructureLog,
    private readonly onApplied: () => void,
    private readonly onFailure: (cause: unknown) => void,
  ) {}

  /** Starts; resolves after the first attempt, or after 3 s, so that the process can listen. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, headStart);
      void this.run(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  stop(): void {
    this.stopping.abort();
  }

  /** @param onFirstTry called after the first try, or once it waits for another instance */
  private async run(onFirstTry: () => void): Promise<void> {
    const { signal } = this.stopping;
    for (let tries = 0; !signal.aborted; tries += 1) {
      const isDone = await this.attempt(onFirstTry);
      onFirstTry();
      if (isDone) return;
      const pause = pauses[Math.min(tries, pauses.length - 1)];
      // Stopping ends the pause and then the loop.
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  /** @returns whether nothing is left to do */
  private async attempt(onWaiting: () => void): Promise<boolean> {
    try {
      await this.apply(() => {
        this.log.info(
          'Waiting for another instance to finish the migrations; until then, requests get 503.',
        );
        onWaiting();
      });
    } catch (error) {
      if (this.stopping.signal.aborted) return true;
      const cause = rootCause(error);
      if (!isUnavailable(cause)) {
        this.onFailure(cause);
        return true;
      }
      this.warn(cause);
      return false;
    }
    this.log.info('The database schema is up to date.');
    this.onApplied();
    return true;
  }

  private warn(cause: unknown): void {
    const explained = describeDatabaseError(cause);
    if (!this.warnings.isNew(explained)) return;
    const message = `Migrations cannot be applied yet; retrying. Until then, requests get 503. ${explained}`;
    // Waiting does not change the version or the encoding of a database.
    if (cause instanceof DatabaseUnsupportedError) this.log.error(message, cause);
    else this.log.warn(message, cause);
  }
}
