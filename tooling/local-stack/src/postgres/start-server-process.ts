import { poll } from '../process/deadline.js';
import { EmbeddedPostgresError } from './postgres-error.js';
import { ServerProcess, type ServerOptions } from './server-process.js';

/** Recovery after a crash replays what was written since the last checkpoint. */
const readyTimeoutMs = 180_000;
/** The workers of a killed server end within this time, and keep a new one from starting until then. */
const workersTimeoutMs = 10_000;

/** Starts a server on data that nobody else is using, and waits until it takes connections. */
export async function startServerProcess(options: ServerOptions): Promise<ServerProcess> {
  const started = await poll(() => attempt(options), {
    timeoutMs: workersTimeoutMs,
    intervalMs: 100,
  });
  if (started !== undefined) return started;
  throw new EmbeddedPostgresError(
    `Processes of an earlier PostgreSQL still use ${options.cluster}. End them and start again.`,
  );
}

/** @returns `undefined` while workers of a server that was killed are not gone yet */
async function attempt(options: ServerOptions): Promise<ServerProcess | undefined> {
  const server = new ServerProcess(options);
  if (await server.becomesReady(readyTimeoutMs)) return server;
  if (server.output.includes('pre-existing shared memory block')) return undefined;
  throw new EmbeddedPostgresError(
    `PostgreSQL ended while it started. Its last words:\n${server.output}`,
  );
}
