import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { addresses, portOf } from './addresses';
import { Child } from './child-process';
import { distDir, webApp } from './folders';

/** `start`: a production build, served as in production. `dev`: Next's development server. */
export type WebMode = 'start' | 'dev';

const heapProbe = new URL('./heap-probe.js', import.meta.url).href;
const POLL_MS = 50;
const HEAP_TIMEOUT_MS = 60_000;

const next = createRequire(import.meta.url).resolve('next/dist/bin/next');

/** The web app's running server. */
export interface Web {
  /** The newest of what it has logged. */
  log(): string;
  /** @returns bytes of its JavaScript heap after garbage collections (see heap-probe.js) */
  measureHeap(): Promise<number>;
  stop(): Promise<void>;
}

/** Builds the app where that is needed, and serves it. @param variables Clerk's */
export async function startWeb(
  mode: WebMode,
  variables: Readonly<Record<string, string>>,
): Promise<Web> {
  const env: NodeJS.ProcessEnv = {
    ...machineVariables(),
    ...variables,
    NODE_ENV: mode === 'dev' ? 'development' : 'production',
    NEXT_PUBLIC_API_URL: addresses.api,
    WEB_URL: addresses.web,
    WEB_DIST_DIR: distDir,
  };
  if (mode === 'start') {
    await new Child({ name: 'The build', args: [next, 'build'], cwd: webApp, env }).succeeded();
  }
  const port = String(portOf(addresses.web));
  // By the name that pages use: given an address, Next takes itself for another server and waits.
  const probe = ['--expose-gc', '--import', heapProbe];
  const args = [...probe, next, mode, '--port', port, '--hostname', 'localhost'];
  const child = new Child({ name: 'The web app', args, cwd: webApp, env });
  try {
    await child.answers(addresses.web);
    return {
      log: () => child.log(),
      measureHeap: () => measureHeap(child),
      stop: () => child.stop(),
    };
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/** Asks the probe in the process for a measurement, and waits for its line in the log. */
async function measureHeap(child: Child): Promise<number> {
  const count = (): number => measurements(child).length;
  const before = count();
  child.signal('SIGUSR2');
  for (let waited = 0; count() === before; waited += POLL_MS) {
    if (waited > HEAP_TIMEOUT_MS)
      throw new Error('The web app does not say how large its heap is.');
    await sleep(POLL_MS);
  }
  return Number(measurements(child).at(-1)?.[1]);
}

function measurements(child: Child): RegExpExecArray[] {
  return [...child.log().matchAll(/^heap-probe (\d+)$/gm)];
}

/** What programs need of the machine; the rest of the runner's environment is not passed on. */
function machineVariables(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG', 'SystemRoot'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
