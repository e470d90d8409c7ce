import type { Service } from '../stack/service.js';
import { startHttpService } from './child.js';

export interface ApiOptions {
  readonly root: string;
  /** Its URL on this machine. */
  readonly address: string;
  readonly port: number;
  /** Restarts it when a loaded file changes. */
  readonly watch: boolean;
}

/** The built API in a separate process; ready when it and its database are. */
export function apiService({ root, address, port, watch }: ApiOptions): Service {
  return {
    name: 'api',
    start(context) {
      const { environment } = context;
      const reload = watch ? ['--watch', '--watch-preserve-output'] : [];
      return startHttpService(
        {
          name: 'The API',
          args: ['--enable-source-maps', ...reload, 'apps/api/dist/main.js'],
          cwd: root,
          environment: { ...environment, PORT: `${port}` },
          address,
          readyUrl: `${address}/health/ready`,
          // It shuts down within 10 s of SIGTERM.
          stopTimeoutMs: 10_500,
          provides: {
            API_URL: environment['API_URL'] ?? address,
            NEXT_PUBLIC_API_URL: environment['NEXT_PUBLIC_API_URL'] ?? address,
          },
        },
        context,
      );
    },
  };
}
