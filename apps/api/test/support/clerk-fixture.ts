import { startClerkLocal, type ClerkLocal, type ClerkLocalOptions } from '@populatte/clerk-local';
import { freePort } from '@populatte/process-kit';
import { apiEnvironment } from './api-environment.js';
import { ApiProcess } from './api-process.js';
import { fixtureOfFile } from './fixture.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

/** A local Clerk that delivers its webhooks to the API, which requests keys and users from it. */
export interface ClerkFixture {
  readonly api: ApiProcess;
  readonly clerk: ClerkLocal;
  readonly database: TestDatabase;
}

/**
 * Starts a local Clerk.
 *
 * @returns the local Clerk, and the variables of an API that will receive its webhooks
 */
export async function startClerk(
  databaseUrl: string,
  options: ClerkLocalOptions = {},
): Promise<{ readonly clerk: ClerkLocal; readonly env: Record<string, string> }> {
  // Each of the two must know the other's address before it starts.
  const port = await freePort();
  const webhookUrl = `http://127.0.0.1:${port}/webhooks/clerk`;
  const clerk = await startClerkLocal({ ...options, webhookUrl });
  const extra = {
    PORT: String(port),
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_WEBHOOK_SIGNING_SECRET: clerk.webhookSigningSecret,
  };
  return { clerk, env: apiEnvironment({ databaseUrl, clerk, extra }) };
}

async function start(options: ClerkLocalOptions): Promise<ClerkFixture> {
  const database = await createTestDatabase();
  const { clerk, env } = await startClerk(database.url, options);
  return { api: await ApiProcess.start(env), clerk, database };
}

/**
 * Starts both before the tests of a file and stops them afterwards.
 *
 * @param options of the local Clerk; the webhook URL is added
 */
export function withClerkLocal(options: ClerkLocalOptions = {}): () => ClerkFixture {
  return fixtureOfFile(
    () => start(options),
    async ({ api, clerk, database }) => {
      await api.stop();
      await clerk.close();
      await database.drop();
    },
  );
}
