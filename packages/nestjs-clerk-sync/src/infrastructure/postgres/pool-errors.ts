import type pg from 'pg';
import type { InfrastructureLog } from '../../core/log.js';

const heard = new WeakSet<pg.Pool>();

/**
 * Listens for the errors of a pool and of its connections: one that breaks without a listener would end
 * the process. The statements of a broken connection reject anyway.
 */
export function listenForErrors(pool: pg.Pool, log: InfrastructureLog): void {
  // Applications that are created again with the same pool, as by a hot reload, share the listeners.
  if (heard.has(pool)) return;
  heard.add(pool);
  const known = new WeakSet<pg.PoolClient>();
  const listen = (client: pg.PoolClient): void => {
    if (known.has(client)) return;
    known.add(client);
    client.on('error', () => undefined);
  };
  pool.on('connect', listen);
  // A connection that was made before this call.
  pool.on('acquire', listen);
  if (pool.listenerCount('error') > 0) return;
  pool.on('error', (cause) => {
    log.warn('An idle database connection was lost; the next request opens another.', cause);
  });
}
