import { spawn, type ChildProcess } from 'node:child_process';
import { poll, settlesWithin } from '../process/deadline.js';
import { endWithThisProcess } from '../process/end-with-this-process.js';
import { LastLines } from '../process/last-lines.js';
import { quietEnvironment, type Account } from '../process/run.js';
import { EmbeddedPostgresError } from './postgres-error.js';
import { isReady } from './postmaster.js';

/** What a server needs to know to start. */
export interface ServerOptions {
  readonly postgres: string;
  readonly cluster: string;
  readonly port: number;
  readonly account: Account | undefined;
  /** Whether the server ends when this process is killed. */
  readonly endWithParent: boolean;
  /** Server parameters, for instance `{ fsync: 'off' }`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}

/** One running `postgres`, from its start to its end. */
export class ServerProcess {
  readonly #lines = new LastLines();
  readonly #child: ChildProcess;
  /** Settles when the server has ended. */
  readonly ended: Promise<void>;

  constructor(private readonly options: ServerOptions) {
    const child = spawn(options.postgres, serverArguments(options), {
      ...options.account,
      cwd: options.cluster,
      env: quietEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
      // In a session of its own, so that a terminal's Ctrl-C does not end it before its clients.
      detached: true,
    });
    this.#lines.follow(child.stdout, options.log);
    this.#lines.follow(child.stderr, options.log);
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => {
        options.log(error.message);
        resolve();
      });
      child.once('close', () => {
        resolve();
      });
    });
    if (options.endWithParent) endWithThisProcess(child, { signal: 'INT' });
    this.#child = child;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get output(): string {
    return this.#lines.toString();
  }

  get isRunning(): boolean {
    return this.#child.pid !== undefined && !this.#hasEnded;
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /**
   * Waits until the server takes connections.
   *
   * @returns whether it does; `false` when it ended instead, `output` says why
   * @throws EmbeddedPostgresError when it did neither in time; it is ended then
   */
  async becomesReady(timeoutMs: number): Promise<boolean> {
    const ready = await poll(
      async () => {
        if (!this.isRunning) return false;
        return (await isReady(this.options.cluster, this.pid)) || undefined;
      },
      { timeoutMs },
    );
    if (ready === false) await settlesWithin(this.ended, 1_000);
    if (ready !== undefined) return ready;
    await this.stop(1_000);
    throw new EmbeddedPostgresError(
      `PostgreSQL was not ready within ${timeoutMs / 1_000} s. Its last words:\n${this.output}`,
    );
  }

  /** Fast shutdown: clients are disconnected. After `timeoutMs` the server is killed. */
  async stop(timeoutMs: number): Promise<void> {
    if (!this.isRunning) return;
    this.kill('SIGINT');
    if (await settlesWithin(this.ended, timeoutMs)) return;
    // The postmaster's workers notice its death and end themselves.
    this.kill('SIGKILL');
    await settlesWithin(this.ended, 2_000);
  }
}

function serverArguments({ cluster, port, settings }: ServerOptions): string[] {
  const parameters = {
    listen_addresses: '127.0.0.1',
    // A socket's path may have no more than about 100 characters; TCP has no such limit.
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...settings,
  };
  return [
    ...['-D', cluster, '-p', `${port}`],
    ...Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}
