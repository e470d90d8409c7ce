import type { ProcessLock } from '../process/process-lock.js';
import type { Account } from '../process/run.js';
import type { Cluster } from './cluster.js';
import { Databases } from './databases.js';
import type { EmbeddedPostgres } from './embedded-postgres.js';
import { lockHome } from './home-lock.js';
import { startServerProcess } from './start-server-process.js';
import type { ServerProcess } from './server-process.js';

const stopTimeoutMs = 8_000;
const database = 'populatte';

/** What a server is made of; all of it is there and the lock is held. */
export interface ServerParts {
  readonly home: string;
  readonly cluster: Cluster;
  readonly account: Account | undefined;
  readonly postgres: string;
  readonly lock: ProcessLock;
  readonly port: number;
  readonly endWithParent: boolean;
  readonly settings: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
  readonly onUnexpectedEnd: (lastLines: string) => void;
}

/** A server over its starts and stops, always on the same port. */
export class Server implements EmbeddedPostgres {
  readonly #databases: Databases;
  #process: ServerProcess | undefined;
  #lock: ProcessLock | undefined;

  private constructor(private readonly parts: ServerParts) {
    this.#databases = new Databases(parts.port, parts.cluster.password);
    this.#lock = parts.lock;
  }

  static async start(parts: ServerParts): Promise<Server> {
    const server = new Server(parts);
    await server.#startOrStop();
    return server;
  }

  get url(): string {
    return this.#databases.url(database);
  }

  get port(): number {
    return this.parts.port;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get dataDir(): string {
    return this.parts.home;
  }

  createDatabase(name: string, template?: string): Promise<string> {
    return this.#databases.create(name, template);
  }

  dropDatabase(name: string): Promise<void> {
    return this.#databases.drop(name);
  }

  kill(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    process.removeListener('exit', this.#endWithParent);
    await running?.stop(stopTimeoutMs);
    await this.#lock?.release();
    this.#lock = undefined;
  }

  async restart(): Promise<void> {
    await this.stop();
    this.#lock = await lockHome(this.parts.home);
    await this.#startOrStop();
  }

  /** A start that fails leaves no process and no lock. */
  async #startOrStop(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #start(): Promise<void> {
    const { parts } = this;
    const started = await startServerProcess({ ...parts, cluster: parts.cluster.path });
    this.#process = started;
    process.once('exit', this.#endWithParent);
    void started.ended.then(() => {
      if (this.#process === started) parts.onUnexpectedEnd(started.output);
    });
    if (!(await this.#databases.exists(database))) await this.#databases.create(database);
  }

  /** The last resort when this process ends without `stop`: nothing can be awaited any more. */
  readonly #endWithParent = (): void => {
    this.#process?.kill('SIGINT');
  };
}
