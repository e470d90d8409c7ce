import { ChildProgram, poll, quietEnvironment, type Account } from '@populatte/process-kit';
import { EmbeddedPostgresError } from './postgres-error.js';
import { isReady } from './postmaster.js';

/** Recovery after a crash replays everything since the last checkpoint. */
const readyTimeoutMs = 180_000;
/** The workers of a killed server end within this time, and block a new server until then. */
const workersTimeoutMs = 10_000;

export interface ServerOptions {
  readonly postgres: string;
  readonly cluster: string;
  readonly port: number;
  readonly account: Account | undefined;
  /** Whether the server ends when this process is killed. */
  readonly endWithParent: boolean;
  /** Server parameters, for instance `{ fsync: 'off' }`. */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Starts `postgres` on a prepared data folder, and waits until it accepts connections.
 *
 * @throws EmbeddedPostgresError with the server's last lines
 */
export async function startServerProcess(options: ServerOptions): Promise<ChildProgram> {
  const server = await poll(() => attempt(options), {
    timeoutMs: workersTimeoutMs,
    intervalMs: 100,
  });
  if (server !== undefined) return server;
  throw new EmbeddedPostgresError(
    `Processes of an earlier PostgreSQL still use ${options.cluster}. Stop them and start again.`,
  );
}

/** @returns `undefined` while workers of a killed server still run */
async function attempt(options: ServerOptions): Promise<ChildProgram | undefined> {
  const server = ChildProgram.start(options.postgres, {
    name: 'PostgreSQL',
    args: serverArguments(options),
    cwd: options.cluster,
    env: quietEnvironment,
    account: options.account,
    lastSignal: options.endWithParent && { signal: 'INT' },
  });
  try {
    await server.until('become ready', () => isReady(options.cluster, server.pid), {
      timeoutMs: readyTimeoutMs,
    });
    return server;
  } catch (error) {
    await server.stop({ signal: 'SIGINT', timeoutMs: 1_000 });
    if (server.output.includes('pre-existing shared memory block')) return undefined;
    throw new EmbeddedPostgresError(error instanceof Error ? error.message : '', { cause: error });
  }
}

function serverArguments({ cluster, port, settings }: ServerOptions): string[] {
  const parameters = {
    listen_addresses: '127.0.0.1',
    // A socket's path is limited to about 100 characters; TCP has no such limit.
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
