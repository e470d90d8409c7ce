import pg from 'pg';
import type { InfrastructureLog } from '../../core/log.js';
import { listenForErrors } from './pool-errors.js';
import { withPassword } from './pool-settings.js';

/**
 * Creates a pool that connects as another one does, for connections that requests do not share.
 *
 * @param pool the application's, with its options
 * @param options replace those of the application's pool
 */
export function separatePool(
  pool: pg.Pool,
  options: pg.PoolConfig,
  log: InfrastructureLog,
): pg.Pool {
  const separate = new pg.Pool({ ...withPassword(pool.options), min: 0, ...options });
  // The application may prepare each connection there, such as its search_path.
  if ('emit' in pool) separate.on('connect', (client) => pool.emit('connect', client));
  listenForErrors(separate, log);
  return separate;
}
