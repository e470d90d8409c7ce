import { createServer, type AddressInfo } from 'node:net';
import { startClerkLocal, type ClerkLocal, type ClerkLocalOptions } from '@populatte/clerk-local';
import { afterAll, beforeAll } from 'vitest';
import { apiEnvironment } from './api-environment.js';
import { ApiProcess } from './api-process.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

/** The whole of it: a local Clerk that delivers its webhooks to the API, which asks it for keys and users. */
export interface ClerkFixture {
  readonly api: ApiProcess;
  readonly clerk: ClerkLocal;
  readonly database: TestDatabase;
}

/** Each of the two must know the other's address before it starts. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A local Clerk, and the variables of an API that takes its webhooks and has yet to be started. */
export async function startClerk(
  databaseUrl: string,
  options: ClerkLocalOptions = {},
): Promise<{ readonly clerk: ClerkLocal; readonly env: Record<string, string> }> {
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
 * Starts them before the tests and ends them after.
 *
 * @param options of the local Clerk, beside where its webhooks go
 */
export function withClerkLocal(options: ClerkLocalOptions = {}): () => ClerkFixture {
  let fixture: ClerkFixture | undefined;
  beforeAll(async () => {
    fixture = await start(options);
  });
  afterAll(async () => {
    await fixture?.api.stop();
    await fixture?.clerk.close();
    await fixture?.database.drop();
  });
  return () => {
    if (fixture === undefined) throw new Error('They are there in tests only.');
    return fixture;
  };
}
