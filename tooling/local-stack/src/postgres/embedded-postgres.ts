import { resolve } from 'node:path';
import { freePort } from '../process/port.js';
import { provideBinaries } from './binaries.js';
import { clusterPath, openCluster } from './cluster.js';
import { openHome } from './folders.js';
import { lockHome } from './home-lock.js';
import { findPlatformPackage } from './platform-package.js';
import { assertPortFree, clearTheWay } from './postmaster.js';
import { serverAccount } from './server-account.js';
import { Server } from './server.js';

export interface EmbeddedPostgresOptions {
  /** Holds the data, the password and a lock. Made if it is not there. */
  readonly dataDir: string;
  /** On 127.0.0.1. Unset: a free one. */
  readonly port?: number | undefined;
  /** Receives what is worth knowing about the start, for instance that a crash was mended. */
  readonly log?: (line: string) => void;
  /** Receives the server's own log, line by line. */
  readonly serverLog?: (line: string) => void;
  /** Server parameters, for instance `{ fsync: 'off' }` for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whether the server shuts down when this process is killed. Default: true. */
  readonly endWithParent?: boolean;
  /** Called when the server ends although neither `stop` nor `restart` asked it to. */
  readonly onUnexpectedEnd?: (lastLines: string) => void;
}

/** A PostgreSQL server of this process, which is to call `stop` before it ends. */
export interface EmbeddedPostgres {
  /** Of the database `populatte`: `postgres://user:password@127.0.0.1:port/populatte`. */
  readonly url: string;
  readonly port: number;
  /** Of the server's main process at present. */
  readonly pid: number;
  /** Where the data really are: `dataDir`, or a folder outside where that is closed to the server. */
  readonly dataDir: string;
  /**
   * @param template the name of a database to copy, to which nobody may be connected
   * @returns the new database's URL
   */
  createDatabase(name: string, template?: string): Promise<string>;
  /** Disconnects its clients. A database that is not there is no error. */
  dropDatabase(name: string): Promise<void>;
  /** Ends the server within 10 s, disconnecting its clients. Twice is the same as once. */
  stop(): Promise<void>;
  /** Stops the server if it runs, and starts it on the same port, also after `stop` or a crash. */
  restart(): Promise<void>;
  /** Sends the server's main process a signal, for fault tests. */
  kill(signal: NodeJS.Signals): void;
}

/**
 * Starts a real PostgreSQL on 127.0.0.1, with its data in `dataDir`. The first start makes an empty
 * database; a start after a crash recovers; a server that outlived its parent is replaced.
 *
 * @throws EmbeddedPostgresError with the way out, for instance when the data folder is in use
 */
export async function startPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? ((): void => undefined);
  const dataDir = resolve(options.dataDir);
  const account = await serverAccount(dataDir);
  const home = await openHome(dataDir, account, log);
  const lock = await lockHome(home);
  try {
    await clearTheWay(clusterPath(home), log);
    if (options.port !== undefined) await assertPortFree(options.port);
    const binaries = await provideBinaries(account, log, await findPlatformPackage());
    const sync = options.settings?.['fsync'] !== 'off';
    const cluster = await openCluster(home, binaries, { account, sync });
    const port = options.port ?? (await freePort());
    return await Server.start({
      ...{ home, cluster, account, lock, port },
      postgres: binaries.postgres,
      log: options.serverLog ?? ((): void => undefined),
      endWithParent: options.endWithParent ?? true,
      settings: options.settings ?? {},
      onUnexpectedEnd: options.onUnexpectedEnd ?? ((): void => undefined),
    });
  } catch (error) {
    await lock.release();
    throw error;
  }
}
