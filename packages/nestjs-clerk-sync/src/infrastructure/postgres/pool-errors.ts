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

/** Milliseconds for which connections in use are watched: no statement or transaction takes longer. */
const longestUse = 60_000;

/** Closes every connection that a pool has now: idle ones at once, the others when they are released. */
export function replaceConnections(pool: pg.Pool): void {
  const newer = new WeakSet<pg.PoolClient>();
  const keep = (client: pg.PoolClient): void => {
    newer.add(client);
  };
  const close = (_error: unknown, client: pg.PoolClient): void => {
    if (newer.has(client)) return;
    // A connection that cannot be closed is already lost.
    void client.end().catch(() => undefined);
  };
  pool.on('connect', keep).on('release', close);
  closeIdle(pool);
  setTimeout(() => {
    pool.off('connect', keep).off('release', close);
  }, longestUse).unref();
}
