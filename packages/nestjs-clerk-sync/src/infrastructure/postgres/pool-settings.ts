import type pg from 'pg';
import { readConnectionUrl } from './connection-url.js';

/** Options of a pool as given to `pg.Pool`, with the password, which is not enumerable there. */
export function withPassword<Options extends pg.PoolConfig>(options: Options): Options {
  const { password } = options;
  return { ...options, ...(password !== undefined && { password }) };
}

/**
 * Reads how a pool connects, so that a connection outside of it reaches the same server in the same
 * way: with the `ssl` beside a connection string, a password function, or a cloud provider's `stream`.
 *
 * @returns undefined if only the pool's own `Client` class knows, or the pool has no options
 */
export function settingsOf(pool: pg.Pool): pg.ClientConfig | undefined {
  const { connectionString, ...options } = withPassword(optionsOf(pool));
  if (connectionString === undefined || connectionString === '') {
    const isKnown = options.Client === undefined || options.host !== undefined;
    return isKnown && 'options' in pool ? options : undefined;
  }
  // Options that the URL omits come from the other options, as in the driver.
  const parts = Object.entries(readConnectionUrl(connectionString)).filter(
    ([, value]) => value !== undefined,
  );
  return { ...options, ...Object.fromEntries(parts) };
}

/** @returns the maximum number of connections; the driver's default if the pool does not tell */
export function sizeOf(pool: pg.Pool): number {
  return optionsOf(pool).max ?? 10;
}

/** A pool of another driver, or a wrapper around one, may have none. */
export function optionsOf(pool: pg.Pool): pg.PoolConfig & { readonly Client?: unknown } {
  return (pool as Partial<pg.Pool>).options ?? {};
}
