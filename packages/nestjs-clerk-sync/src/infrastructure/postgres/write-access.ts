import type pg from 'pg';
import { z } from 'zod';
import type { Clock } from '../../core/clock.js';
import { SyncUnavailableError } from '../../core/errors.js';
import type { InfrastructureLog } from '../../core/log.js';
import { ownStatement } from './database.js';
import { isUnanswered } from './database-error.js';
import { replaceConnections } from './pool-errors.js';
import { separatePool } from './separate-pool.js';
import { ServerProbe } from './server-probe.js';

/** All in milliseconds. */
export const writeAccessTimes = {
  /** Interval between checks whether writes are possible again. */
  probe: 1_000,
  /** How long a full disk is assumed to stay full after the last write that failed. */
  diskFull: 30_000,
} as const;

/** A pool may hold connections to a writable and to a read-only server during a failover. */
const maxAttempts = 3;

/** SQLSTATEs (PostgreSQL, appendix A) that refuse a write and not a read. */
const readOnly = '25006';
const diskFull = '53100';

/**
 * PostgreSQL's wait event of a commit that no synchronous standby confirms. `statement_timeout` does not
 * end it, and the server process waits even after its client has left: each write would leave one behind,
 * until the server has no connection left for anyone.
 */
const standbyLost = 'SyncRep';
type RefusalState = typeof readOnly | typeof diskFull | typeof standbyLost;

/** Whether a commit of this role has waited for a standby for longer than replication takes. */
const standbyLostQuery = `
  select exists (
    select from pg_stat_activity
    where datname = current_database() and usename = session_user and wait_event = '${standbyLost}'
      and query_start < clock_timestamp() - interval '2 seconds'
  ) as "isLost"`;
const standbyRows = z.tuple([z.object({ isLost: z.boolean() })]);

/**
 * The reason why the database accepts no writes. Neither text contains a secret, host name or data.
 */
export interface WriteObstacle {
  /** The problem; readiness may show it to anyone. */
  readonly problem: string;
  /** The fix, for operators. */
  readonly fix: string;
}

export const writeObstacles = {
  [readOnly]: {
    problem: 'The database is read-only.',
    fix: 'It is a standby, a failover is in progress, or default_transaction_read_only is on. Point the database URL at the primary, or wait for the failover to finish.',
  },
  [diskFull]: {
    problem: 'The database server’s disk is full.',
    fix: 'Free space on the database server.',
  },
  [standbyLost]: {
    problem: 'The database’s commits wait for a synchronous standby.',
    fix: 'Start the standby again or, if it is lost, remove it from synchronous_standby_names and reload the settings; commits then wait for no copy.',
  },
} as const satisfies Record<RefusalState, WriteObstacle>;

interface Refusal {
  readonly state: RefusalState;
  /** By the monotonic clock, in milliseconds. */
  at: number;
}

/**
 * Tracks whether the database accepts writes, for the whole process, so that requests do not try
 * writes that a read-only database refuses.
 *
 * A read-only server (a standby after a failover, `default_transaction_read_only`) is queried once
 * a second until it accepts writes, and one whose synchronous standby is lost until no commit waits. A
 * full disk cannot be queried, so one write per second is attempted.
 */
export class WriteAccess {
  private readonly probe: ServerProbe;
  private refusal: Refusal | undefined;
  private confirming: Promise<void> | undefined;
  private suspecting: Promise<boolean> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(
    private readonly pool: pg.Pool,
    private readonly log: InfrastructureLog,
    private readonly clock: Clock,
  ) {
    this.probe = new ServerProbe((text) => pool.query(ownStatement(text)));
  }

  /** Why writes are refused; null while they are not. */
  get obstacle(): WriteObstacle | null {
    return this.refusal === undefined ? null : writeObstacles[this.refusal.state];
  }

  /**
   * Runs a write, unless the database is known to refuse it.
   *
   * @param write the write to attempt
   * @param otherwise runs instead on a read-only database
   */
  run<T>(write: () => Promise<T>, otherwise: () => Promise<T>): Promise<T> {
    return this.attempt(1, write, otherwise);
  }

  /**
   * Records the state that a pooled connection reported. Resolves once it is confirmed, because the
   * connection may be older than the state: it stays read-only until it is closed.
   */
  async observe({ isReadOnly }: { readonly isReadOnly: boolean }): Promise<void> {
    if (isReadOnly && this.refusal === undefined) await this.refused(readOnly);
  }

  /** Records that a write was committed. */
  written(): void {
    if (this.refusal?.state === diskFull) this.leave();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private attempt<T>(
    count: number,
    write: () => Promise<T>,
    otherwise: () => Promise<T>,
  ): Promise<T> {
    if (count > maxAttempts || !this.mayTry()) return otherwise();
    return write().catch(async (error: unknown) => {
      const state = refusalOf(error) ?? (await this.standbyState(error));
      if (state === undefined) throw error;
      await this.refused(state);
      return this.attempt(count + 1, write, otherwise);
    });
  }

  private mayTry(): boolean {
    const { refusal } = this;
    if (refusal === undefined) return true;
    if (refusal.state !== diskFull) return false;
    const now = this.clock.monotonic();
    if (now - refusal.at < writeAccessTimes.probe) return false;
    refusal.at = now;
    return true;
  }

  private async refused(state: RefusalState): Promise<void> {
    if (state === diskFull) {
      if (this.refusal === undefined) this.enter(diskFull);
      else this.refusal.at = this.clock.monotonic();
      return;
    }
    if (state === standbyLost) {
      if (this.refusal === undefined) this.enter(standbyLost);
      return;
    }
    this.confirming ??= this.confirm().finally(() => (this.confirming = undefined));
    await this.confirming;
  }

  /** A write without an answer waits for a lock, on a slow server, or at its commit for a standby. */
  private async standbyState(error: unknown): Promise<typeof standbyLost | undefined> {
    if (!(error instanceof SyncUnavailableError) || !isUnanswered(error.cause)) return undefined;
    // Writes that began together end together.
    this.suspecting ??= this.isStandbyLost()
      .catch(() => false)
      .finally(() => (this.suspecting = undefined));
    return (await this.suspecting) ? standbyLost : undefined;
  }

  private async isStandbyLost(): Promise<boolean> {
    const { rows } = await this.pool.query(ownStatement(standbyLostQuery));
    return standbyRows.parse(rows)[0].isLost;
  }

  /** The refusing connection is no longer in the pool; another one may accept writes. */
  private async confirm(): Promise<void> {
    const isReadOnly = await this.probe.read().then(
      (state) => state.isReadOnly,
      () => true,
    );
    if (isReadOnly && this.refusal === undefined) this.enter(readOnly);
  }

  private enter(state: RefusalState): void {
    this.refusal = { state, at: this.clock.monotonic() };
    const { problem, fix } = writeObstacles[state];
    this.log.warn(
      `${problem} Users whose rows exist are served; new users, and webhooks that must write, get 503 until it accepts writes again. ${fix}`,
    );
    this.schedule();
  }

  private leave(): void {
    clearTimeout(this.timer);
    this.refusal = undefined;
    this.log.info('The database accepts writes again.');
  }

  private schedule(): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => void this.probeAgain(), writeAccessTimes.probe);
    this.timer.unref();
  }

  private async probeAgain(): Promise<void> {
    const { refusal } = this;
    if (refusal === undefined) return;
    // A database that cannot be queried is not writable yet; the next probe tries again.
    const isOver = await this.isOver(refusal).catch(() => false);
    if (this.refusal !== refusal) return;
    if (!isOver) {
      this.schedule();
      return;
    }
    this.leave();
    // Open connections may stay read-only until they are closed.
    if (refusal.state === readOnly) replaceConnections(this.pool);
  }

  private async isOver({ state, at }: Refusal): Promise<boolean> {
    if (state === diskFull) return this.clock.monotonic() - at >= writeAccessTimes.diskFull;
    // The commits that wait are the probes.
    return state === standbyLost ? !(await this.isStandbyLost()) : this.isWritable();
  }

  /**
   * Closes the connection if it is read-only: `default_transaction_read_only` applies to it until
   * then.
   */
  private async isWritable(): Promise<boolean> {
    const client = await this.pool.connect();
    let state;
    try {
      state = await new ServerProbe((text) => client.query(ownStatement(text))).read();
    } catch (cause) {
      client.release(true);
      throw cause;
    }
    client.release(state.isReadOnly);
    return !state.isReadOnly || (!state.isInRecovery && (await this.isNewConnectionWritable()));
  }

  /** A full pool would lend its other connections one after the other, each as old as the setting. */
  private async isNewConnectionWritable(): Promise<boolean> {
    if (!('options' in this.pool)) return false;
    const pool = separatePool(this.pool, { max: 1 }, this.log);
    try {
      return !(await new ServerProbe((text) => pool.query(ownStatement(text))).read()).isReadOnly;
    } finally {
      await pool.end();
    }
  }
}

function refusalOf(error: unknown): RefusalState | undefined {
  if (!(error instanceof SyncUnavailableError)) return undefined;
  const { cause } = error;
  const state = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return state === readOnly || state === diskFull ? state : undefined;
}
