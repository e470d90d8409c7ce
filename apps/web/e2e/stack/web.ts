import { createRequire } from 'node:module';
import { answersOk, ChildProgram, until } from '@populatte/process-kit';
import { addresses, portOf } from './addresses';
import { distDir, webApp } from './folders';

/** `start`: a production build, served as in production. `dev`: Next's development server. */
export type WebMode = 'start' | 'dev';

const heapProbe = new URL('./heap-probe.js', import.meta.url).href;

const next = createRequire(import.meta.url).resolve('next/dist/bin/next');

/** The web app's running server. */
export interface Web {
  /** The end of its log. */
  log(): string;
  /** @returns bytes of its JavaScript heap after garbage collections (see heap-probe.js) */
  measureHeap(): Promise<number>;
  stop(): Promise<void>;
}

/** Serves the app, after building it in mode `start`. @param variables Clerk's */
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
    WEB_SOURCE_MAPS: 'true',
  };
  if (mode === 'start') {
    const options = { name: 'The build', args: [next, 'build'], cwd: webApp, env };
    const build = ChildProgram.start(process.execPath, options);
    await build.succeeded();
    // Node's own warnings, such as deprecations in a newer version, are not those of the build.
    if (/build encountered \d+ warning/.test(build.output)) {
      throw new Error(`The build warns:\n${build.output}`);
    }
  }
  const port = String(portOf(addresses.web));
  const probe = ['--expose-gc', '--import', heapProbe];
  // An address instead of the name that pages use, as for a server behind a reverse proxy: Next
  // treats a loopback address specially.
  const args = [...probe, next, mode, '--port', port, '--hostname', '127.0.0.1'];
  const options = { name: 'The web app', args, cwd: webApp, env };
  const child = ChildProgram.start(process.execPath, options);
  const stop = (): Promise<void> => child.stop({ timeoutMs: 12_000 });
  try {
    await child.until('answer', () => answersOk(addresses.web), { timeoutMs: 180_000 });
    return {
      log: () => child.output,
      measureHeap: () => measureHeap(child),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Requests a measurement from the probe in the process, and waits for its line in the log. */
async function measureHeap(child: ChildProgram): Promise<number> {
  const measurements = (): string[] =>
    [...child.output.matchAll(/^heap-probe (\d+)$/gm)].map(([, bytes = '']) => bytes);
  const before = measurements().length;
  child.signal('SIGUSR2');
  const bytes = await until('the web app reports its heap', () => measurements()[before]);
  return Number(bytes);
}

/** The environment variables that programs need; no others of the test runner are passed on. */
function machineVariables(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG', 'SystemRoot'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
