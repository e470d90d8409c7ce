import pg from 'pg';
import { inSpan } from '@populatte/nestjs-clerk-sync/internal';
import type { ActiveTracing } from '../telemetry/tracing.js';

type Query = (statement: string | pg.QueryConfig, ...rest: unknown[]) => unknown;

/**
 * Gives each statement a span, which includes the wait for a connection. The span has the
 * statement's name, not its text or parameters. Statements that no request or command asked for,
 * such as the checks once a second, have none.
 *
 * @param pool is modified, and so are the connections that transactions check out
 */
export function tracePool(pool: pg.Pool, tracing: ActiveTracing): void {
  const query = pool.query.bind(pool) as Query;
  // A pool's own queries ask for a connection with a callback; transactions ask for a promise.
  const connect = pool.connect.bind(pool) as (callback?: unknown) => unknown;
  Object.assign(pool, {
    query: inStatementSpan(tracing, query),
    connect: (callback?: unknown): unknown => {
      const connected = connect(callback);
      if (!(connected instanceof Promise)) return connected;
      return (connected as Promise<pg.PoolClient>).then((client) => traceClient(client, tracing));
    },
  });
}

/** Traces the statements of a connection until it is released. */
function traceClient(client: pg.PoolClient, tracing: ActiveTracing): pg.PoolClient {
  const release = client.release.bind(client);
  const query = client.query.bind(client) as Query;
  return Object.assign(client, {
    query: inStatementSpan(tracing, query),
    release: (error?: Error | boolean): void => {
      Reflect.deleteProperty(client, 'query');
      release(error);
    },
  });
}

function inStatementSpan({ tracer, active }: ActiveTracing, query: Query): Query {
  return (statement, ...rest) => {
    if (active() === null) return query(statement, ...rest);
    const name = nameOf(statement);
    const attributes = { 'db.system.name': 'postgresql', 'db.query.summary': name };
    return inSpan(tracer, { name, isCall: true, attributes }, () => query(statement, ...rest));
  };
}

/** @returns the name of a prepared statement, or the first word of another */
function nameOf(statement: string | pg.QueryConfig): string {
  const { name, text } =
    typeof statement === 'string' ? { name: undefined, text: statement } : statement;
  // After the #, a hash of the text.
  const shortName = name?.split('#', 1)[0];
  return shortName ?? /[a-z]+/i.exec(text)?.[0].toLowerCase() ?? 'statement';
}
