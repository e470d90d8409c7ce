import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  freePort,
  runProgram,
  until,
  type Account,
  type ChildProgram,
  type ProcessLock,
} from '@populatte/process-kit';
import type { Binaries } from './binaries.js';
import { clusterPath, role, type Cluster } from './cluster.js';
import { Databases } from './databases.js';
import type { EmbeddedPostgres } from './embedded-postgres.js';
import { lockHome } from './folders.js';
import { startServerProcess } from './server-process.js';

const stopTimeoutMs = 8_000;
const database = 'populatte';

/** Everything that a server needs. The lock is held. */
export interface ServerParts {
  readonly home: string;
  readonly cluster: Cluster;
  readonly account: Account | undefined;
  readonly binaries: Binaries;
  readonly lock: ProcessLock;
  readonly port: number;
  readonly endWithParent: boolean;
  readonly settings: Readonly<Record<string, string>>;
  readonly onUnexpectedEnd: (lastLines: string) => void;
}

/** A server that can be stopped and restarted, always on the same port. */
export class Server implements EmbeddedPostgres {
  private readonly databases: Databases;
  private readonly standbys: Server[] = [];
  private process: ChildProgram | undefined;
  private lock: ProcessLock | undefined;

  private constructor(private readonly parts: ServerParts) {
    this.databases = new Databases(parts.port, parts.cluster.password);
    this.lock = parts.lock;
  }

  static async start(parts: ServerParts): Promise<Server> {
    const server = new Server(parts);
    await server.startOrStop();
    return server;
  }

  get url(): string {
    return this.databases.url(database);
  }

  get port(): number {
    return this.parts.port;
  }

  get pid(): number {
    return this.process?.pid ?? 0;
  }

  get dataDir(): string {
    return this.parts.home;
  }

  urlOf(name: string): string {
    return this.databases.url(name);
  }

  createDatabase(name: string, template?: string): Promise<string> {
    return this.databases.create(name, template);
  }

  dropDatabase(name: string): Promise<void> {
    return this.databases.drop(name);
  }

  query(name: string, sql: string): Promise<Record<string, unknown>[]> {
    return this.databases.query(name, sql);
  }

  async startStandby(): Promise<EmbeddedPostgres> {
    const { parts } = this;
    const home = `${parts.home}-standby-${this.standbys.length + 1}`;
    await this.stop();
    const copy = await runProgram('cp', ['-a', parts.home, home], { timeoutMs: 120_000 });
    if (copy.code !== 0) throw new Error(`${parts.home} cannot be copied: ${copy.output}`);
    const path = clusterPath(home);
    await writeFile(join(path, 'standby.signal'), '');
    await this.restart();
    const { password } = parts.cluster;
    const primary = `host=127.0.0.1 port=${parts.port} user=${role} password=${password}`;
    const standby = await Server.start({
      ...parts,
      ...{ home, cluster: { path, password }, lock: await lockHome(home) },
      port: await freePort(),
      settings: { ...parts.settings, primary_conninfo: primary },
    });
    this.standbys.push(standby);
    await until('the standby streams', async () => {
      const streams = await this.query('postgres', 'SELECT FROM pg_stat_replication');
      return streams.length >= this.standbys.length;
    });
    return standby;
  }

  async promote(): Promise<void> {
    await this.query('postgres', 'SELECT pg_promote()');
  }

  kill(signal: NodeJS.Signals): void {
    this.process?.signal(signal);
  }

  async stop(): Promise<void> {
    const running = this.process;
    this.process = undefined;
    // Fast shutdown: clients are disconnected. After a kill, the workers notice it and end.
    await running?.stop({ signal: 'SIGINT', timeoutMs: stopTimeoutMs });
    await this.lock?.release();
    this.lock = undefined;
  }

  async restart(): Promise<void> {
    await this.stop();
    this.lock = await lockHome(this.parts.home);
    await this.startOrStop();
  }

  async remove(): Promise<void> {
    for (const standby of this.standbys.splice(0)) await standby.remove();
    await this.stop();
    await rm(this.parts.home, { recursive: true, force: true });
  }

  /** A failed start leaves no process and no lock behind. */
  private async startOrStop(): Promise<void> {
    try {
      await this.startProcess();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  private async startProcess(): Promise<void> {
    const { parts } = this;
    const { postgres } = parts.binaries;
    const started = await startServerProcess({ ...parts, postgres, cluster: parts.cluster.path });
    this.process = started;
    void started.died.then((lastLines) => {
      if (this.process === started) parts.onUnexpectedEnd(lastLines);
    });
    if (!(await this.databases.exists(database))) await this.databases.create(database);
  }
}
