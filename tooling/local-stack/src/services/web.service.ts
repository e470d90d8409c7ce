import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { settlesWithin, untilAborted } from '@populatte/process-kit';
import type { Environment } from '../environment/environment.js';
import { StackError } from '../stack/stack-error.js';
import type { Service, StartContext } from '../stack/service.js';
import { startChild, startHttpService } from './child.js';

const buildTimeoutMs = 300_000;
const folder = 'apps/web';

export interface WebOptions {
  readonly root: string;
  /** Its URL on this machine. */
  readonly address: string;
  readonly port: number;
  /** The address to listen on. */
  readonly host: string;
  /** Run Next.js's development server instead of a build. */
  readonly watch: boolean;
}

/** @returns whether this checkout has the web app */
export function hasWebApp(root: string): boolean {
  return existsSync(join(root, folder, 'package.json'));
}

/**
 * The web app. Its browser variables (`NEXT_PUBLIC_*`) are inlined by the build, so it is built here,
 * with the services' variables. An unchanged app is not built again.
 */
export function webService({ root, address, port, host, watch }: WebOptions): Service {
  return {
    name: 'web',
    async start(context) {
      const environment = webVariables(context.environment, watch);
      if (!watch) await build(root, { ...context, environment });
      const command = [watch ? 'dev' : 'start', '--port', `${port}`, '--hostname', host];
      return startHttpService(
        {
          name: 'The web app',
          args: [
            // Resolves `localhost` to 127.0.0.1, even if the system's first address for it is ::1.
            '--dns-result-order=ipv4first',
            join(root, 'node_modules/next/dist/bin/next'),
            ...command,
          ],
          cwd: join(root, folder),
          environment,
          address,
          readyUrl: address,
          stopTimeoutMs: 5_000,
          provides: {},
        },
        context,
      );
    },
  };
}

/** `NODE_ENV` must match the Next.js command; telemetry is off. */
function webVariables(environment: Environment, watch: boolean): Environment {
  return {
    ...environment,
    NODE_ENV: watch ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
  };
}

/** The lines of a build's output that show its progress. */
const milestone = /(✓ .*|Creating an optimized production build.*)$/;

async function build(
  root: string,
  { environment, print, signal }: Pick<StartContext, 'environment' | 'print' | 'signal'>,
): Promise<void> {
  print('building; the first time this takes half a minute or more …');
  const output: string[] = [];
  const turbo = startChild(
    {
      name: 'The build of the web app',
      args: ['run', 'build', '--filter=@populatte/web', '--output-logs=new-only'],
      cwd: root,
      environment,
      onLine: (line) => {
        output.push(line);
        const reached = milestone.exec(line)?.[1];
        if (reached !== undefined) print(reached);
      },
    },
    join(root, 'node_modules/.bin/turbo'),
  );
  const isInTime = await settlesWithin(untilAborted(signal, turbo.ended), buildTimeoutMs);
  // Its tasks have their own process groups, so a kill would leave them running.
  await turbo.stop({ timeoutMs: 5_000 });
  if (signal.aborted) throw new StackError('The build of the web app was cancelled.');
  if (turbo.exit?.code === 0) return;
  for (const line of output) print(line);
  throw new StackError(
    isInTime
      ? 'The web app could not be built. Fix the errors above and start again.'
      : `The web app was not built within ${buildTimeoutMs / 1_000} s. Start again.`,
  );
}
