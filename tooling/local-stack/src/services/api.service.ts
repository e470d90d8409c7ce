import type { Environment } from '../environment/environment.js';
import type { Service } from '../stack/service.js';
import { becomesReady } from './becomes-ready.js';
import { ChildService } from './child-process.js';
import { endWithParent } from './end-with-parent-import.js';

/** The API promises to end within 10 s of SIGTERM. */
const stopTimeoutMs = 10_500;

export interface ApiOptions {
  readonly root: string;
  /** Where this machine reaches it. */
  readonly address: string;
  readonly port: number;
  /** Restart it when a file that it has loaded changes. */
  readonly watch: boolean;
}

/** The API, as built, in a process of its own; ready when it and its database are. */
export function apiService({ root, address, port, watch }: ApiOptions): Service {
  return {
    name: 'api',
    async start({ environment, signal, print }) {
      const child = new ChildService({
        command: process.execPath,
        args: [
          ...['--enable-source-maps', '--import', endWithParent],
          ...(watch ? ['--watch', '--watch-preserve-output'] : []),
          'apps/api/dist/main.js',
        ],
        cwd: root,
        environment: apiEnvironment(environment, port),
        onLine: print,
      });
      const running = {
        address,
        provides: {
          API_URL: environment['API_URL'] ?? address,
          NEXT_PUBLIC_API_URL: environment['NEXT_PUBLIC_API_URL'] ?? address,
        },
        died: child.died,
        stop: () => child.stop(stopTimeoutMs),
        kill: () => {
          child.kill();
        },
      };
      try {
        await becomesReady('The API', `${address}/health/ready`, child.died, signal);
        return running;
      } catch (error) {
        await running.stop();
        throw error;
      }
    },
  };
}

function apiEnvironment(environment: Environment, port: number): Environment {
  return { ...environment, PORT: `${port}` };
}
