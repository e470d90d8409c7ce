import { join } from 'node:path';
import { PostgresPortTakenError, startPostgres } from '@populatte/embedded-postgres';
import { describePortProblem, type WantedPort } from '../environment/port-check.js';
import type { Service } from '../stack/service.js';
import { StackError } from '../stack/stack-error.js';

/** The embedded PostgreSQL, with its data in `.local/postgres`. Provides `DATABASE_URL`. */
export function postgresService(root: string, port: number): Service {
  return {
    name: 'postgres',
    async start({ print }) {
      let reportExit: (lastOutput: string) => void = () => undefined;
      const died = new Promise<string>((resolve) => {
        reportExit = resolve;
      });
      const server = await startPostgres({
        dataDir: join(root, '.local/postgres'),
        port,
        log: print,
        onUnexpectedEnd: reportExit,
      }).catch((error: unknown) => {
        throw error instanceof PostgresPortTakenError ? portTaken(port, error) : error;
      });
      return {
        // Includes the password, because the printed address must work unchanged.
        address: server.url,
        provides: { DATABASE_URL: server.url },
        died,
        stop: () => server.stop(),
        kill: () => {
          server.kill('SIGKILL');
        },
      };
    },
  };
}

function portTaken(port: number, cause: Error): StackError {
  return new StackError(describePortProblem(postgresPortOf(port), 'taken'), { cause });
}

/** The server checks it when it starts. */
export function postgresPortOf(port: number): WantedPort {
  return { service: 'PostgreSQL', variable: 'LOCAL_POSTGRES_PORT', port };
}
