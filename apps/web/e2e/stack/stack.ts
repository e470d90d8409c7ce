import { startTemporaryPostgres } from '@populatte/embedded-postgres';
import { assertPortsFree } from './addresses';
import { Api } from './api';
import { clerkVariables, startTestClerk } from './clerk';
import { serveControl } from './control-server';
import { startWeb, type WebMode } from './web';

/**
 * Starts everything that a browser needs: PostgreSQL, a local Clerk, the API, the web app, and the
 * server by which tests control them.
 *
 * @returns a function that stops everything
 * @throws Error if a part does not start; the others are stopped first
 */
export async function startStack(mode: WebMode): Promise<() => Promise<void>> {
  await assertPortsFree();
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const postgres = await startTemporaryPostgres();
    stops.push(() => postgres.remove());

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
