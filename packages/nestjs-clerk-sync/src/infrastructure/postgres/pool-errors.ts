import type pg from 'pg';
import type { InfrastructureLog } from '../../core/log.js';

const heard = new WeakSet<pg.Pool>();

/**
 * Listens for errors of a pool and its connections: without a listener, a broken connection would end
 * the process. Its statements reject anyway.
 */
export function listenForErrors(pool: pg.Pool, log: InfrastructureLog): void {
  // Applications that share a pool, as after a hot reload, share the listeners.
  if (heard.has(pool)) return;
  heard.add(pool);
  const known = new WeakSet<pg.PoolClient>();
  const listen = (client: pg.PoolClient): void => {
    if (known.has(client)) return;
    known.add(client);
    client.on('error', () => undefined);
  };
  pool.on('connect', listen);
  // A connection that existed before this call.
  pool.on('acquire', listen);
  if (pool.listenerCount('error') > 0) return;
  pool.on('error', (cause) => {
    log.warn('An idle database connection was lost; the next request opens another.', cause);
  });
}

/** Closes the idle connections of a pool. */
export function closeIdle(pool: pg.Pool): void {
  for (let left = pool.idleCount; left > 0; left -= 1) {
    pool.connect().then(
      (client) => {
        client.release(true);
      },
      () => undefined,
    );
  }
}
