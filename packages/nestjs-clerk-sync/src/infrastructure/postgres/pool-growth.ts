import type pg from 'pg';
import type { InfrastructureLog } from '../../core/log.js';

/** Milliseconds before a pool that was refused a connection tries to open another. */
const pause = 10_000;

/**
 * Lowers the maximum of a pool to the connections that the server grants, so that requests wait for those.
 * After a pause, one more may open at a time, because a refusal delays the request that waits for it.
 */
export class PoolGrowth {
  private readonly size: number;
  private readonly named = new Set<number>();
  /** The most connections at once since the server refused one. */
  private granted = 0;
  private waiting: NodeJS.Timeout | undefined;

  /** @param connections those that are established */
  constructor(
    private readonly pool: pg.Pool,
    private readonly connections: ReadonlySet<unknown>,
    private readonly log: InfrastructureLog,
  ) {
    this.size = pool.options.max;
  }

  /** The server has no connection left; the pool still counts the one that failed. */
  refused(): void {
    const { options, totalCount } = this.pool;
    options.max = Math.max(1, Math.min(options.max, totalCount - 1));
    this.count();
    this.waiting ??= setTimeout(() => {
      this.waiting = undefined;
      this.nameLimit();
      this.granted = 0;
      this.opened();
    }, pause).unref();
  }

  /** Another one may open. */
  opened(): void {
    const { options } = this.pool;
    if (this.waiting === undefined) options.max = Math.min(this.size, options.max + 1);
    else this.count();
  }

  private count(): void {
    this.granted = Math.max(this.granted, this.connections.size);
  }

  /** Once for each number. Requests that find no connection at all fail, and have their own warning. */
  private nameLimit(): void {
    const { granted, named, pool, size } = this;
    if (pool.ending || granted === 0 || named.has(granted)) return;
    named.add(granted);
    this.log.warn(
      `The database server, or the pooler in front of it, grants this process ${granted} of the pool’s ${size} connections: requests wait for those, and every ${pause / 1000} s one of them waits in vain for another connection. Raise the limit (PostgreSQL’s max_connections, the role’s CONNECTION LIMIT, the pooler’s pool size), or lower the pool’s size.`,
    );
  }
}
