import type pg from 'pg';
import type { InfrastructureLog } from '../../core/log.js';

const listened = new WeakSet<pg.Pool>();

/**
 * Listens for errors of a pool and its connections: without a listener, a broken connection would end
 * the process. Its statements reject anyway.
 */
export function listenForErrors(pool: pg.Pool, log: InfrastructureLog): void {
  // Applications that share a pool, as after a hot reload, share the listeners.
  if (listened.has(pool)) return;
  listened.add(pool);
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

const closing = new WeakSet<pg.Pool>();

/**
 * Closes the idle connections of a pool. Concurrent calls close each connection once: the pool's
 * count of idle connections does not fall until the next tick.
 */
export function closeIdle(pool: pg.Pool): void {
  if (closing.has(pool)) return;
  closing.add(pool);
  const closed = Array.from({ length: pool.idleCount }, async () => {
    const client = await pool.connect();
    client.release(true);
  });
  void Promise.allSettled(closed).then(() => closing.delete(pool));
}
