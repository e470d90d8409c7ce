import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../environment/environment.js';
import { StackError } from '../stack/stack-error.js';
import type { Service, StartContext } from '../stack/service.js';
import { untilAborted } from '../process/until-aborted.js';
import { becomesReady } from './becomes-ready.js';
import { ChildService } from './child-process.js';
import { endWithParent } from './end-with-parent-import.js';

const buildTimeoutMs = 300_000;
const stopTimeoutMs = 5_000;
const folder = 'apps/web';

export interface WebOptions {
  readonly root: string;
  /** Where this machine reaches it. */
  readonly address: string;
  readonly port: number;
  /** The address to listen on. */
  readonly host: string;
  /** Next.js's development server, which reloads, instead of a build. */
  readonly watch: boolean;
}

/** @returns whether this checkout has the web app */
export function hasWebApp(root: string): boolean {
  return existsSync(join(root, folder, 'package.json'));
}

/**
 * The web app. What browsers get of the environment (`NEXT_PUBLIC_*`) is put in when it is built,
 * so it is built here, with the services' variables; what has not changed is not built again.
 */
export function webService({ root, address, port, host, watch }: WebOptions): Service {
  return {
    name: 'web',
    async start(context) {
      const environment = webVariables(context.environment, watch);
      if (!watch) await build(root, { ...context, environment });
      const child = new ChildService({
        command: process.execPath,
        args: [
          // `localhost` is to be 127.0.0.1 also where the system's first address for it is ::1.
          ...['--dns-result-order=ipv4first', '--import', endWithParent],
          join(root, 'node_modules/next/dist/bin/next'),
          ...[watch ? 'dev' : 'start', '--port', `${port}`, '--hostname', nextHost(host)],
        ],
        cwd: join(root, folder),
        environment,
        onLine: context.print,
      });
      const running = {
        address,
        provides: {},
        died: child.died,
        stop: () => child.stop(stopTimeoutMs),
        kill: () => {
          child.kill();
        },
      };
      try {
        await becomesReady('The web app', address, child.died, context.signal);
        return running;
      } catch (error) {
        await running.stop();
        throw error;
      }
    },
  };
}

/**
 * Next.js treats a rewrite to another host name than its own as one to another server. Pages are at
 * `localhost`, so the loopback address must be given by that name.
 */
function nextHost(host: string): string {
  return host === '127.0.0.1' ? 'localhost' : host;
}

/** Next.js knows two ways to run, and is told which one by this variable. */
function webVariables(environment: Environment, watch: boolean): Environment {
  return {
    ...environment,
    NODE_ENV: watch ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
  };
}

/** What of a build's output tells how far it is. */
const milestone = /(✓ .*|Creating an optimized production build.*)$/;

async function build(
  root: string,
  { environment, print, signal }: Pick<StartContext, 'environment' | 'print' | 'signal'>,
): Promise<void> {
  print('building; the first time this takes half a minute or more …');
  const output: string[] = [];
  const turbo = new ChildService({
    command: join(root, 'node_modules/.bin/turbo'),
    args: ['run', 'build', '--filter=@populatte/web', '--output-logs=new-only'],
    cwd: root,
    environment,
    onLine: (line) => {
      output.push(line);
      const reached = milestone.exec(line)?.[1];
      if (reached !== undefined) print(reached);
    },
  });
  const outcome = await untilAborted(
    signal,
    Promise.race([turbo.exitCode, after(buildTimeoutMs, 'timeout')]),
  );
  if (outcome === 0) return;
  turbo.kill();
  if (signal.aborted) throw new StackError('The web app’s build was called off.');
  for (const line of output) print(line);
  throw new StackError(
    outcome === 'timeout'
      ? `The web app was not built within ${buildTimeoutMs / 1_000} s. Start again.`
      : 'The web app was not built. Mend what the build says above and start again.',
  );
}

function after<T>(milliseconds: number, value: T): Promise<T> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds, value).unref();
  });
}
