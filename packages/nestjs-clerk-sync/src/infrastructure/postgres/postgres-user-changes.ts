import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { InfrastructureLog } from '../../core/log.js';
import { OncePerReason } from '../../core/once-per-reason.js';
import { optionNames, type SettingNames } from '../../core/setting-names.js';
import { earlier, Lease, type ClockReading } from '../cache/lease.js';
import type { ClerkUserTable } from './clerk-columns.js';
import { ownStatement } from './database.js';
import { ListeningConnection } from './listening-connection.js';
import { isSameServer, ServerProbe, type ServerState } from './server-probe.js';
import { UserChanges, type UserChangeListener } from '../cache/user-changes.js';
import { assertTriggers, triggersQuery } from './watched-triggers.js';

/** All in milliseconds. */
export const changesTimes = {
  /** How long the last proof is valid. */
  lease: 4_000,
  /** Interval between two checks of the listening connection, and of the pool. */
  heartbeat: 1_000,
  /**
   * Interval between two proofs by NOTIFY, each of which wakes every listening process of the
   * database.
   */
  proofInterval: 60_000,
  /** The same after a proof that could not be sent. */
  proofRetry: 5_000,
  /** How long a notification may take from its commit to the listening connection. */
  proof: 2_000,
  /** Pauses between attempts to listen; the last one repeats. */
  pauses: [250, 500, 1_000, 2_000, 5_000],
} as const;

const channel = 'user_changes';

/** Starts the payload of a proof; no Clerk id holds a space. */
const proofPrefix = 'proof ';

/** A listening connection, and the times of its last proofs. */
interface Session {
  readonly connection: ListeningConnection;
  /** A query whether the triggers exist that notify. */
  readonly triggers: string;
  /** The server that it reaches. */
  server: ServerState;
  /** When a statement was sent on it that has been answered: earlier notifications have arrived. */
  provedAt?: ClockReading;
  /** When a statement was sent to the pool that was answered by the same server. */
  comparedAt?: ClockReading;
}

/**
 * Changes of users by PostgreSQL's LISTEN: a trigger on `users` notifies with each commit.
 *
 * That notifications arrive is proved continuously. Once a second the listening connection answers,
 * and a pooled connection is shown to reach the same running server: after a failover the two may
 * reach different primaries, and each looks healthy. NOTIFY itself is tested at connect and once a
 * minute. The lease starts at the older of the two answers. After any doubt, everything starts over
 * with a new connection.
 */
export class PostgresUserChanges extends UserChanges {
  private readonly lease = new Lease(changesTimes.lease);
  private readonly stopping = new AbortController();
  private readonly poolProbe: ServerProbe;
  private readonly listeners: UserChangeListener[] = [];
  private connection: ListeningConnection | undefined;
  private proof: { readonly payload: string; arrived(): void } | undefined;
  private failures = 0;
  private readonly warnings = new OncePerReason();
  private isReplica = false;

  /**
   * @param direct reaches PostgreSQL without a pooler: a URL, or the driver's settings
   * @param pool the connections that read and write users
   * @param users the application's table
   * @param onServerState receives what a pooled connection says about its server, once a second
   */
  constructor(
    private readonly direct: string | pg.ClientConfig,
    private readonly pool: pg.Pool,
    private readonly users: ClerkUserTable,
    private readonly log: InfrastructureLog,
    private readonly onServerState: (state: ServerState) => void = () => undefined,
    private readonly names: SettingNames = optionNames,
  ) {
    super();
    this.poolProbe = new ServerProbe((text) => pool.query(ownStatement(text)));
  }

  override get live(): boolean {
    return this.lease.held;
  }

  override subscribe(listener: UserChangeListener): void {
    this.listeners.push(listener);
  }

  /**
   * Starts listening, and retries until it is stopped. Never throws; nothing needs to wait for it.
   */
  start(): void {
    void this.keepListening();
  }

  stop(): void {
    this.stopping.abort();
    this.connection?.destroy();
  }

  private async keepListening(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.listen();
      } catch (cause) {
        if (this.stopping.signal.aborted) return;
        this.warn(cause);
      }
      const pause = changesTimes.pauses[Math.min(this.failures, changesTimes.pauses.length - 1)];
      this.failures += 1;
      // Stopping ends the pause and then the loop.
      await sleep(pause, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }

  /** Listens until the connection is unusable. @throws the reason; it never returns */
  private async listen(): Promise<never> {
    const connection = new ListeningConnection(this.direct, (payload) => {
      this.receive(payload);
    });
    this.connection = connection;
    const revoke = (): void => {
      this.lease.revoke();
    };
    // At once, not only when the loops below notice.
    connection.broken.addEventListener('abort', revoke, { once: true });
    try {
      await connection.connect();
      const probe = new ServerProbe((text) => connection.query(text));
      const session: Session = {
        connection,
        triggers: await triggersQuery(this.pool, this.users),
        server: await probe.read(),
      };
      const pooled = await this.poolProbe.read();
      this.observe(pooled);
      assertSameServer(session.server, pooled);
      if (session.server.isInRecovery) {
        throw new Error('The server is a standby, which does not deliver notifications.');
      }
      await connection.listen(channel);
      await this.prove();
      return await Promise.race([
        this.checkConnection(session, probe),
        this.checkPool(session),
        this.repeatProof(connection.broken),
      ]);
    } catch (cause) {
      throw connection.broken.aborted ? connection.broken.reason : cause;
    } finally {
      connection.broken.removeEventListener('abort', revoke);
      revoke();
      connection.destroy();
    }
  }

  private async checkConnection(session: Session, probe: ServerProbe): Promise<never> {
    for (;;) {
      const sentAt = this.lease.now();
      const [server, { rows }] = await Promise.all([
        probe.read(),
        session.connection.query(session.triggers),
      ]);
      assertTriggers(rows, this.users);
      assertSameServer(session.server, server);
      this.renew(session, { provedAt: sentAt });
      await pause(changesTimes.heartbeat, session.connection.broken);
    }
  }

  /**
   * A pooled connection may be slow or fail: that alone proves nothing, and the lease runs on until
   * its end.
   */
  private async checkPool(session: Session): Promise<never> {
    for (;;) {
      const sentAt = this.lease.now();
      const server = await this.poolProbe.read().catch((cause: unknown) => {
        if (!this.lease.held) this.warn(cause);
        return undefined;
      });
      if (server !== undefined) {
        this.observe(server);
        assertSameServer(session.server, server);
        this.renew(session, { comparedAt: sentAt });
      }
      await pause(changesTimes.heartbeat, session.connection.broken);
    }
  }

  private observe(server: ServerState): void {
    this.onServerState(server);
    const wasReplica = this.isReplica;
    this.isReplica = server.isReplica;
    if (wasReplica || !server.isReplica) return;
    // Migration tools set it while they copy rows, and may leave it behind.
    this.log.warn(
      'session_replication_role is replica on the connections of the pool: changes of users make no events, and no foreign key is checked. Reset it for the role, the database or the server (on managed servers: in the parameter group), then restart this process.',
    );
  }

  private async repeatProof(broken: AbortSignal): Promise<never> {
    let wait: number = changesTimes.proofInterval;
    for (;;) {
      await pause(wait, broken);
      try {
        await this.prove();
        wait = changesTimes.proofInterval;
      } catch (cause) {
        if (cause instanceof NotificationLostError) throw cause;
        // It could not be sent, which proves nothing; `checkPool` sees whether the pool answers.
        wait = changesTimes.proofRetry;
      }
    }
  }

  /**
   * Notifies through the pool, and waits for it here.
   *
   * @throws NotificationLostError when it does not arrive: there is a pooler in between
   * @throws the driver's error when it could not be sent
   */
  private async prove(): Promise<void> {
    const payload = `${proofPrefix}${randomUUID()}`;
    const arrival = new Promise<'arrived'>((resolve) => {
      this.proof = {
        payload,
        arrived: () => {
          resolve('arrived');
        },
      };
    });
    await this.pool.query(ownStatement('select pg_notify($1, $2)'), [channel, payload]);
    const late = sleep(changesTimes.proof, 'late' as const, { ref: false });
    if ((await Promise.race([arrival, late])) === 'late') throw new NotificationLostError();
  }

  private receive(payload: string): void {
    if (payload === '') this.anythingChanged();
    else if (payload.startsWith(proofPrefix)) {
      if (payload === this.proof?.payload) this.proof.arrived();
    } else {
      for (const listener of this.listeners) listener.changed(payload);
    }
  }

  private anythingChanged(): void {
    for (const listener of this.listeners) listener.anythingChanged();
  }

  private renew(session: Session, news: Pick<Session, 'provedAt' | 'comparedAt'>): void {
    Object.assign(session, news);
    const { provedAt, comparedAt } = session;
    if (provedAt === undefined || comparedAt === undefined) return;
    const wasHeld = this.lease.held;
    // Changes from the time without a lease may not have been notified.
    if (!wasHeld) this.anythingChanged();
    const isHeld = this.lease.grant(earlier(provedAt, comparedAt));
    if (isHeld && !wasHeld) this.logLive();
  }

  private logLive(): void {
    this.failures = 0;
    this.warnings.reset();
    this.log.info('LISTEN/NOTIFY works: cached users are served until they change.');
  }

  private warn(cause: unknown): void {
    if (!this.warnings.isNew(cause)) return;
    const { pool, directUrl, maxAgeMs } = this.names;
    this.log.warn(
      `LISTEN/NOTIFY is not proven to work: cached users are served for at most ${maxAgeMs} and then reloaded. ${directUrl} must reach the same PostgreSQL server as ${pool}, without a pooler in transaction mode.`,
      cause,
    );
  }
}

/** A notification was committed and did not arrive. */
class NotificationLostError extends Error {
  override readonly name = 'NotificationLostError';

  constructor() {
    super('A notification from another connection did not arrive at the listening connection.');
  }
}

function assertSameServer(here: ServerState, there: ServerState): void {
  if (isSameServer(here, there)) return;
  throw new Error(
    'The listening connection and the pool reach different servers, or the server changed its role.',
  );
}

/** @throws the reason of `broken` once it is aborted */
async function pause(milliseconds: number, broken: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { ref: false, signal: broken });
}
