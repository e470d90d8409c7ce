import { ClerkStub } from '@populatte/clerk-stub';
import { apiEnvironment } from './api-environment.js';
import { ApiProcess } from './api-process.js';
import type { TestDatabase } from './test-database.js';

/** Runs a test against its own Clerk and API. The API has not loaded any keys yet. */
export async function withColdApi(
  database: TestDatabase,
  run: (api: ApiProcess, clerk: ClerkStub) => Promise<void>,
  extra: (clerk: ClerkStub) => Record<string, string> = () => ({}),
): Promise<void> {
  const clerk = await ClerkStub.start();
  const api = await ApiProcess.start(
    apiEnvironment({ databaseUrl: database.url, clerk, extra: extra(clerk) }),
  );
  try {
    await run(api, clerk);
  } finally {
    await Promise.all([api.stop(), clerk.close()]);
  }
}
