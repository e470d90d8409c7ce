import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@populatte/local-stack';
import { assertPortsFree } from './addresses';
import { Api } from './api';
import { clerkVariables, startTestClerk } from './clerk';
import { serveControl } from './control-server';
import { startWeb, type WebMode } from './web';

/**
 * Starts all that a browser needs: PostgreSQL, a local Clerk, the API, the web app, and the server
 * by which tests control them.
 *
 * @returns what ends all of it again
 * @throws Error when something does not start; then nothing is left of the rest
 */
export async function startStack(mode: WebMode): Promise<() => Promise<void>> {
  await assertPortsFree();
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const dataDir = await mkdtemp(join(tmpdir(), 'populatte-e2e-'));
    stops.push(() => rm(dataDir, { recursive: true, force: true }));
    const postgres = await startPostgres({ dataDir, settings: { fsync: 'off' } });
    stops.push(() => postgres.stop());

    const testClerk = await startTestClerk();
    stops.push(() => testClerk.clerk.close());

    const variables = clerkVariables(testClerk.clerk);
    const api = new Api({ ...variables, DATABASE_URL: postgres.url });
    stops.push(() => api.stop());
    await api.start();

    const web = await startWeb(mode, variables);
    stops.push(() => web.stop());

    const control = await serveControl({ api, web, postgres, ...testClerk });
    stops.push(() => control.close());
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
