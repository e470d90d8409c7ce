import { Socket } from 'node:net';
import pg from 'pg';
import { databaseTimes } from './database.js';

/** How long the server has to answer on this connection, in milliseconds: it is asked for little. */
const answerTime = 2_000;

/** A connection of its own that hears one channel of PostgreSQL's NOTIFY. */
export class ListeningConnection {
  /** Aborted with the cause once the connection is of no use any more. */
  readonly broken: AbortSignal;
  private readonly breaking = new AbortController();
  private readonly socket = new Socket();
  private readonly client: pg.Client;

  /**
   * @param url reaches PostgreSQL itself: behind a pooler in transaction mode nothing is heard
   * @param onNotification is given what was sent along with each notification
   */
  constructor(url: string, onNotification: (payload: string) => void) {
    this.broken = this.breaking.signal;
    this.client = new pg.Client({
      connectionString: url,
      application_name: 'populatte-changes',
      connectionTimeoutMillis: databaseTimes.connect,
      query_timeout: answerTime,
      keepAlive: true,
      stream: () => this.socket,
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

  /** Connects and listens. @throws Error when that cannot be done in time */
  async listen(channel: string): Promise<void> {
    await this.client.connect();
    await this.client.query(`listen ${pg.escapeIdentifier(channel)}`);
  }

  /**
   * Runs a statement. PostgreSQL sends what was notified before it, before its answer.
   *
   * @throws Error when there is no answer in time
   */
  async query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
    return (await this.client.query<Row>(text)).rows;
  }

  /** Ends it at once, without a word to a server that may not be there. */
  destroy(): void {
    this.socket.destroy();
  }
}
