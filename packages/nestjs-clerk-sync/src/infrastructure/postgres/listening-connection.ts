import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import pg from 'pg';
import { readConnectionUrl } from './connection-url.js';
import { databaseTimes } from './database.js';
import { isUnanswered } from './database-error.js';
import { ownTypes } from './own-types.js';

/** Timeout for a statement on this connection, in milliseconds. Its statements are small. */
const answerTimeout = 2_000;

/** How many times the pooler's mode is tested. */
const poolerRounds = 3;

/**
 * A dedicated connection that receives one channel of PostgreSQL's NOTIFY.
 *
 * LISTEN is session state. It is not sent through a pooler that hands out servers per transaction:
 * there it would stay behind on a server connection that other clients use next.
 */
export class ListeningConnection {
  /** Aborted with the cause once the connection is unusable. */
  readonly broken: AbortSignal;
  private readonly breaking = new AbortController();
  private stream: Duplex | undefined;
  private readonly client: pg.Client;

  /**
   * @param address reaches PostgreSQL itself, or a pooler in session mode: a URL, or the driver's settings
   * @param onNotification receives the payload of each notification
   */
  constructor(
    private readonly address: string | pg.ClientConfig,
    onNotification: (payload: string) => void,
  ) {
    this.broken = this.breaking.signal;
    this.client = this.createClient((stream) => {
      this.stream = stream;
    });
    this.client.on('notification', ({ payload }) => {
      onNotification(payload ?? '');
    });
    this.client.on('error', (cause) => {
      this.breaking.abort(cause);
    });
    this.client.on('end', () => {
      this.breaking.abort(new Error('The connection ended.'));
    });
  }

  /** @throws Error when it cannot connect in time, or LISTEN would not work behind this pooler */
  async connect(): Promise<void> {
    await this.client.connect();
    if (await this.isOwnSession().catch(explainSilence)) return;
    throw new Error(
      'The URL for LISTEN points to a pooler in transaction mode, which does not deliver notifications.',
    );
  }

  /** Starts receiving a channel. Notifications arrive from then on. */
  async listen(channel: string): Promise<void> {
    // From here on, no other client uses the session. Overrides the role's timeouts, because this
    // connection is idle for a second at a time.
    await this.client.query(
      `set idle_session_timeout = 0; set statement_timeout = ${answerTimeout}`,
    );
    await this.client.query(`listen ${pg.escapeIdentifier(channel)}`);
  }

  /**
   * Runs a statement. PostgreSQL sends earlier notifications before its result.
   *
   * @throws Error when there is no answer in time
   */
  query(text: string): Promise<{ rows: unknown[] }> {
    return this.client.query(text);
  }

  /** Closes the socket at once, without a message to a server that may be gone. */
  destroy(cause = new Error('The connection was closed.')): void {
    this.breaking.abort(cause);
    this.stream?.destroy();
  }

  private async isOwnSession(): Promise<boolean> {
    const pid = await backendPid(this.client);
    // PostgreSQL announces the pid of the backend itself; poolers announce their own number.
    if ('processID' in this.client && this.client.processID === pid) return true;
    return this.keepsItsServer(pid);
  }

  /**
   * Distinguishes session mode from transaction mode: while a second client holds a server
   * connection in a transaction, a pooler that shares connections gives this client a different
   * one.
   */
  private async keepsItsServer(pid: number | undefined): Promise<boolean> {
    const other = this.createClient();
    other.on('error', () => undefined);
    try {
      await other.connect();
      for (let round = 0; round < poolerRounds; round += 1) {
        await other.query('begin');
        const [theirs, own] = [await backendPid(other), await backendPid(this.client)];
        await other.query('rollback');
        if (theirs === pid || own !== pid) return false;
      }
      return true;
    } finally {
      // The comparison is done, so errors of this connection do not matter.
      void other.end().catch(() => undefined);
    }
  }

  /** @param onStream receives the stream of the client's connection */
  private createClient(onStream?: (stream: Duplex | undefined) => void): pg.Client {
    const { address } = this;
    const settings = typeof address === 'string' ? readConnectionUrl(address) : address;
    // Only a cloud provider's own stream may know the server's address.
    const { stream: open = () => new Socket() } = settings;
    return new pg.Client({
      ...settings,
      application_name: 'clerk-sync-changes',
      connectionTimeoutMillis: databaseTimes.connect,
      query_timeout: answerTimeout,
      keepAlive: true,
      types: ownTypes,
      stream: () => {
        const stream = open();
        onStream?.(stream);
        return stream;
      },
    });
  }
}

/**
 * A pooler in session mode accepts more clients than it has server connections, and lets the others wait
 * without an error.
 */
function explainSilence(cause: unknown): never {
  if (!isUnanswered(cause)) throw cause;
  throw new Error(
    'The server accepted the connection for LISTEN, but did not answer. If it is a pooler, it has no server connection left: LISTEN needs two to connect, and keeps one.',
    { cause },
  );
}

async function backendPid(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid;
}
