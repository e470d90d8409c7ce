import {
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel';
import pg from 'pg';
import type { InfrastructureLog } from '../../core/log.js';
import { readConnectionUrl } from './connection-url.js';
import {
  isConnectionLimit,
  isStartupRefusal,
  markConnectError,
  noServerConnection,
} from './connect-errors.js';
import { isForeignSession } from './database-error.js';
import { databaseTimes } from './database.js';
import { ownTypes } from './own-types.js';
import { listenForErrors } from './pool-errors.js';
import { PoolGrowth } from './pool-growth.js';

/** Number of consecutive connection failures that opens the circuit. */
const failuresToOpen = 3;

/** Milliseconds before an open circuit tries one connection, initially and at most. */
const openFor = { initialDelay: 250, maxDelay: 2_000 };

/**
 * Settings of each of our sessions, so that no setting of the server, database or role changes how
 * statements run. Poolers may refuse them (PgBouncer does by default).
 */
const sessionSettings = {
  statementTimeout: databaseTimes.statement,
  options: [
    String.raw`-c default_transaction_isolation=read\ committed -c default_transaction_deferrable=off`,
    // The statement's timeout limits its waits for locks; the pool closes idle connections itself.
    '-c lock_timeout=0 -c idle_session_timeout=0',
  ].join(' '),
} as const;

/** The same settings for a transaction behind a pooler. */
const begin = `begin isolation level read committed; set local statement_timeout = ${databaseTimes.statement}; set local lock_timeout = 0`;

/** The established connections of a pool, also of one that another copy of this package created. */
const established = Symbol.for('@populatte/nestjs-clerk-sync:established');

/** @returns whether the pool has established connections, for which a request can wait */
export function hasConnections(pool: pg.Pool): boolean {
  const connections: unknown = Reflect.get(pool, established);
  return connections instanceof Set && connections.size > 0;
}

/** What the pool knows about its route to the server. */
interface Route {
  /** A pooler hands sessions to other clients between transactions. */
  isBehindPooler: boolean;
  /** The server or the pooler accepts our settings at connect. */
  acceptsSettings: boolean;
  /** Why the last connection attempt failed. */
  lastError: unknown;
}

/**
 * Creates a pool of connections to PostgreSQL, or to a pooler in front of it.
 *
 * - A circuit breaker keeps an outage from becoming a storm of connections.
 * - If the server or a pooler grants fewer connections than the pool's size, requests wait for those.
 * - Behind a pooler, sessions are shared: each statement runs unnamed in a separate transaction that
 *   sets what it needs. It leaves nothing behind and expects no named statement.
 *
 * @param url the connection string
 * @param size the maximum number of connections
 * @param log receives a line when an idle connection is lost, and one if a pooler is found
 */
export function createConnectionPool(url: string, size: number, log: InfrastructureLog): pg.Pool {
  const route: Route = { isBehindPooler: false, acceptsSettings: true, lastError: undefined };
  const config = readConnectionUrl(url);
  const connections = new Set<pg.Client>();
  const breaker = circuitBreaker(
    handleWhen((error) => !isStartupRefusal(error) && !isConnectionLimit(error)),
    {
      breaker: new ConsecutiveBreaker(failuresToOpen),
      halfOpenAfter: new ExponentialBackoff(openFor),
    },
  );

  /** The pool's own timeout includes the queue; this one is for connecting alone. */
  class Client extends pg.Client {
    /** Whether the connection belongs to this pool: the event handlers' pool uses the same class. */
    private readonly isOfThisPool: boolean;

    /** @param options those of the pool that opens the connection */
    constructor(options?: pg.PoolConfig) {
      super({
        ...config,
        application_name: 'populatte-api',
        connectionTimeoutMillis: databaseTimes.connect,
        query_timeout: databaseTimes.answer,
        keepAlive: true,
        ...(route.acceptsSettings && {
          statement_timeout: sessionSettings.statementTimeout,
          // The driver reads PGOPTIONS only if there are no options.
          // eslint-disable-next-line no-restricted-properties -- one of the driver's own variables
          options: [config.options ?? process.env['PGOPTIONS'], sessionSettings.options]
            .filter(Boolean)
            .join(' '),
        }),
      });
      this.isOfThisPool = options === pool.options;
      // A connection that breaks without a listener ends the process. Its statements reject anyway.
      this.on('error', () => undefined);
    }

    override connect(): Promise<this>;
    override connect(
      callback: ((error: Error) => void) | ((error: null, client: this) => void),
    ): void;
    override connect(
      callback?: ((error: Error) => void) | ((error: null, client: this) => void),
    ): Promise<this> | undefined {
      const connecting = breaker
        .execute(() => this.open())
        .catch((error: unknown) => {
          // While the circuit is open, report the error that opened it.
          throw isBrokenCircuitError(error) ? route.lastError : error;
        });
      if (callback === undefined) return connecting.then(() => this);
      const done = callback as (error: Error | null, client?: this) => void;
      connecting.then(() => {
        done(null, this);
      }, done);
      return undefined;
    }

    private async open(): Promise<void> {
      try {
        await super.connect();
        await this.waitForAnswer();
      } catch (error) {
        markConnectError(error);
        route.lastError = error;
        if (isStartupRefusal(error) && route.acceptsSettings) usePooler(error);
        if (isConnectionLimit(error) && this.isOfThisPool) growth.refused();
        throw error;
      }
      if (this.isOfThisPool) {
        connections.add(this);
        this.once('end', () => connections.delete(this));
        growth.opened();
      }
    }

    /**
     * Waits for the first answer. PgBouncer accepts more clients than it has server connections, and
     * lets the others wait without an error.
     *
     * @throws the error of a connection limit if another connection has a server and this one does
     *   not get one
     */
    private async waitForAnswer(): Promise<void> {
      // The first statement detects a connection that breaks here.
      const answered = this.findPooler().then(
        () => true,
        () => true,
      );
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<boolean>((resolve) => {
        timer = setTimeout(resolve, databaseTimes.grant, false);
      });
      const isInTime = await Promise.race([answered, late]);
      clearTimeout(timer);
      if (isInTime || !route.isBehindPooler || connections.size === 0) {
        await answered;
        return;
      }
      // It leaves the pooler's queue in any case.
      void this.end().catch(() => undefined);
      throw noServerConnection();
    }

    /**
     * PostgreSQL announces the process id of the backend; poolers announce a different number.
     */
    private async findPooler(): Promise<void> {
      const { rows } = await this.query<{ pid: number }>({
        text: 'select pg_backend_pid() as pid',
        types: ownTypes,
      });
      if ('processID' in this && this.processID !== rows[0]?.pid) usePooler();
    }
  }

  const pool = new pg.Pool({
    // For connections outside of the pool (LISTEN). The pool's own clients have their settings.
    connectionString: url,
    max: size,
    connectionTimeoutMillis: databaseTimes.queue,
    Client,
  });
  Object.defineProperty(pool, established, { value: connections });
  const growth = new PoolGrowth(pool, connections, log);
  listenForErrors(pool, log);

  function usePooler(cause?: unknown): void {
    route.acceptsSettings &&= cause === undefined;
    if (route.isBehindPooler) return;
    route.isBehindPooler = true;
    log.info(
      'The database URL points to a connection pooler: each statement runs unnamed in its own transaction, which takes two extra round trips. To avoid them, use a URL that reaches PostgreSQL itself.',
    );
  }

  const direct = pool.query.bind(pool);
  function query(text: string | pg.QueryConfig, values?: unknown[]): Promise<unknown> {
    if (route.isBehindPooler) return inTransaction(pool, text, values);
    return direct(text, values).catch((error: unknown) => {
      if (isForeignSession(error)) usePooler();
      throw error;
    });
  }
  return Object.assign(pool, { query });
}

/** Sends three messages in sequence, because a pooler may give each transaction another server. */
async function inTransaction(
  pool: pg.Pool,
  text: string | pg.QueryConfig,
  values?: unknown[],
): Promise<unknown> {
  const client = await pool.connect();
  try {
    await client.query(begin);
    const statement = typeof text === 'string' ? text : { ...text, name: undefined };
    const result: unknown = await client.query(statement, values);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
