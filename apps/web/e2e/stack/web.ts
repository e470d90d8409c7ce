import { createRequire } from 'node:module';
import { addresses, portOf } from './addresses';
import { Child } from './child-process';
import { distDir, webApp } from './folders';

/** `start`: a production build, served as in production. `dev`: Next's development server. */
export type WebMode = 'start' | 'dev';

const next = createRequire(import.meta.url).resolve('next/dist/bin/next');

/** Builds the app where that is needed, and serves it. @param variables Clerk's */
export async function startWeb(
  mode: WebMode,
  variables: Readonly<Record<string, string>>,
): Promise<Child> {
  const env: NodeJS.ProcessEnv = {
    ...machineVariables(),
    ...variables,
    NODE_ENV: mode === 'dev' ? 'development' : 'production',
    NEXT_PUBLIC_API_URL: addresses.api,
    WEB_DIST_DIR: distDir,
  };
  if (mode === 'start') {
    await new Child({ name: 'The build', args: [next, 'build'], cwd: webApp, env }).succeeded();
  }
  const port = String(portOf(addresses.web));
  // By the name that pages use: given an address, Next takes itself for another server and waits.
  const args = [next, mode, '--port', port, '--hostname', 'localhost'];
  const child = new Child({ name: 'The web app', args, cwd: webApp, env });
  try {
    await child.answers(addresses.web);
    return child;
  } catch (error) {
    await child.stop();
    throw error;
  }
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
