import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { InfrastructureLog } from '../telemetry/infrastructure-log.js';
import { Lease } from './lease.js';
import { ListeningConnection } from './listening-connection.js';
import { UserChanges, type UserChangeListener } from './user-changes.js';

/** All in milliseconds. */
export const changesTimes = {
  /** How long nothing need be heard of PostgreSQL before nothing is relied on any more. */
  lease: 4_000,
  /** Between two proofs that the connection is alive. */
  heartbeat: 1_000,
  /** How long a notification may take from the pool to the listening connection, at its start. */
  proof: 2_000,
  /** Between two tries to listen; the last one repeats. */
  pauses: [250, 500, 1_000, 2_000, 5_000],
} as const;

const channel = 'user_changes';

/** Begins the payload of a proof; no Clerk id holds a space. */
const proofPrefix = 'proof ';

/** Whether the triggers are there that tell of what changes a row, by replication too (migration 0002). */
const watched = `
  select count(*) = 2 as watched from pg_trigger
  where tgrelid = to_regclass('users') and tgname in ('users_changed', 'users_truncated')
    and tgenabled = 'A'`;

/**
 * Changes of users by PostgreSQL's LISTEN: a trigger on `users` notifies with each commit. A lease
 * is renewed by a heartbeat on the listening connection; where that breaks, hangs or hears nothing,
 * nothing is relied on, and it is tried again until the end.
 */
export class PostgresUserChanges extends UserChanges {
  private readonly lease = new Lease(changesTimes.lease);
  private readonly stopping = new AbortController();
  private listener: UserChangeListener | undefined;
  private proof: { readonly payload: string; arrived(): void } | undefined;
  private lastTold: string | undefined;

  /**
   * @param directUrl reaches PostgreSQL without a pooler
   * @param pool the connections that write, to prove that they are heard
   */
  constructor(
    private readonly directUrl: string,
    private readonly pool: pg.Pool,
    private readonly log: InfrastructureLog,
  ) {
    super();
  }

  override get live(): boolean {
    return this.lease.held;
  }

  override subscribe(listener: UserChangeListener): void {
    this.listener = listener;
  }

  /** Begins to listen, and goes on until it is stopped. It never throws, and nobody need wait for it. */
  start(): void {
    void this.keepListening();
  }

  stop(): void {
    this.stopping.abort();
  }

  private async keepListening(): Promise<void> {
    let failures = 0;
    while (!this.isStopped()) {
      try {
        await this.listen(() => {
          failures = 0;
        });
      } catch (cause) {
        if (this.isStopped()) return;
        this.tellOnce(cause);
      }
      const pause = changesTimes.pauses[Math.min(failures, changesTimes.pauses.length - 1)];
      failures += 1;
      await sleep(pause, undefined, { ref: false, signal: this.stopping.signal }).catch(
        () => undefined,
      );
    }
  }

  private isStopped(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Listens until that is of no use any more. @throws always: with the reason */
  private async listen(onLive: () => void): Promise<never> {
    const connection = new ListeningConnection(this.directUrl, (payload) => {
      this.hear(payload);
    });
    // At once, and not only when the loop below comes to it.
    connection.broken.addEventListener('abort', this.lose);
    const ended = AbortSignal.any([connection.broken, this.stopping.signal]);
    try {
      await connection.listen(channel);
      await this.proveItIsHeard();
      for (;;) {
        const from = this.lease.moment();
        const [row] = await connection.query<{ watched: boolean }>(watched);
        if (row?.watched !== true)
          throw new Error('The triggers on users are not there: are the migrations applied?');
        if (!this.lease.held) this.tellLive(onLive);
        this.lease.grant(from);
        await sleep(changesTimes.heartbeat, undefined, { ref: false, signal: ended });
      }
    } catch (cause) {
      throw connection.broken.aborted ? connection.broken.reason : cause;
    } finally {
      this.lose();
      connection.destroy();
    }
  }

  /** @throws Error when what is notified elsewhere does not arrive here: there is a pooler between */
  private async proveItIsHeard(): Promise<void> {
    const payload = `${proofPrefix}${randomUUID()}`;
    const arrival = new Promise<void>((resolve) => {
      this.proof = { payload, arrived: resolve };
    });
    const late = sleep(changesTimes.proof, 'late' as const, { ref: false });
    await this.pool.query('select pg_notify($1, $2)', [channel, payload]);
    if ((await Promise.race([arrival, late])) === 'late') {
      throw new Error('What one connection notifies, the listening one does not hear.');
    }
  }

  private hear(payload: string): void {
    if (payload === '') this.listener?.anythingChanged();
    else if (!payload.startsWith(proofPrefix)) this.listener?.changed(payload);
    else if (payload === this.proof?.payload) this.proof.arrived();
  }

  private readonly lose = (): void => {
    this.lease.revoke();
    this.listener?.anythingChanged();
  };

  private tellLive(onLive: () => void): void {
    // What was committed before this moment may not have been notified here.
    this.listener?.anythingChanged();
    onLive();
    this.lastTold = undefined;
    this.log.info('Changes of users are heard; known users are served from memory.');
  }

  /** An outage lasts many tries; one line says so. */
  private tellOnce(cause: unknown): void {
    const told = cause instanceof Error ? cause.message : String(cause);
    if (told === this.lastTold) return;
    this.lastTold = told;
    this.log.warn(
      'Changes of users are not heard; every request asks the database until they are. Behind a pooler, set DATABASE_DIRECT_URL to an address that reaches PostgreSQL itself.',
      cause,
    );
  }
}
