import { createRequire } from 'node:module';
import { join } from 'node:path';
import { startClerkLocal, webEnvironment } from '@populatte/clerk-local';
import { answersOk, ChildProgram, freePort, runProgram } from '@populatte/process-kit';
import type { TestContext } from '../test-context.js';
import { home, searchPath } from '../tools/machine-environment.js';
import { createDatabase } from './databases.js';
import { ApiProcess } from './api-process.js';

/** The build folder of this suite, separate from those of `npm start` and of the browser tests. */
const distDir = '.local/world/next';

/**
 * Builds and starts what a browser needs: the local Clerk, the API and the web app, on free ports.
 *
 * @returns the web app's address
 */
export async function startWebStack(context: TestContext): Promise<string> {
  const [webPort, apiPort] = [await freePort(), await freePort()];
  const web = `http://localhost:${webPort}`;
  const clerk = await startClerkLocal({
    host: 'localhost',
    port: await freePort(),
    applicationName: 'Populatte',
  });
  context.atEnd(() => clerk.close());
  const variables = { ...webEnvironment(clerk), CLERK_PUBLISHABLE_KEY: clerk.publishableKey };

  const server = await context.postgres();
  const database = await createDatabase(server);
  const env = { ...variables, DATABASE_URL: server.urlOf(database), WEB_URL: web };
  await ApiProcess.start(context, { env, port: apiPort });

  const folder = join(context.root, 'apps/web');
  const next = createRequire(join(folder, 'package.json')).resolve('next/dist/bin/next');
  const webEnv = {
    ...{ PATH: searchPath, HOME: home, NODE_ENV: 'production' as const },
    ...{ NEXT_TELEMETRY_DISABLED: '1', WEB_DIST_DIR: distDir, WEB_URL: web },
    ...variables,
    NEXT_PUBLIC_API_URL: `http://localhost:${apiPort}`,
    // The API listens on 127.0.0.1, so this name avoids a failed attempt at another address.
    API_URL: `http://127.0.0.1:${apiPort}`,
  };
  context.progress('building the web app');
  const { code, output } = await runProgram(process.execPath, [next, 'build'], {
    ...{ cwd: folder, env: webEnv, timeoutMs: 360_000 },
  });
  if (code !== 0) throw new Error(`the web app's build failed: ${output.slice(-1_500)}`);

  context.progress('starting the web app');
  const child = ChildProgram.start(process.execPath, {
    name: 'the web app',
    args: [next, 'start', '--port', String(webPort), '--hostname', 'localhost'],
    cwd: folder,
    env: webEnv,
  });
  context.atEnd(async () => {
    child.kill();
    await child.ended;
  });
  await child.until('answer', () => answersOk(web), { timeoutMs: 120_000 });
  return web;
}
