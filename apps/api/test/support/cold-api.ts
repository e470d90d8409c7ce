import { ClerkStub } from '@populatte/clerk-stub';
import { apiEnvironment } from './api-environment.js';
import { ApiProcess } from './api-process.js';
import type { TestDatabase } from './test-database.js';

export interface ColdApiOptions {
  /** More variables of the API. */
  readonly extra?: (clerk: ClerkStub) => Record<string, string>;
  /** Changes Clerk before the API starts, which loads the signing keys. */
  readonly prepare?: (clerk: ClerkStub) => void;
}

/** Runs a test against its own Clerk and API, which has served no request yet. */
export async function withColdApi(
  database: TestDatabase,
  run: (api: ApiProcess, clerk: ClerkStub) => Promise<void>,
  { extra = () => ({}), prepare = () => undefined }: ColdApiOptions = {},
): Promise<void> {
  const clerk = await ClerkStub.start();
  prepare(clerk);
  const api = await ApiProcess.start(
    apiEnvironment({ databaseUrl: database.url, clerk, extra: extra(clerk) }),
  );
  try {
    await run(api, clerk);
  } finally {
    await Promise.all([api.stop(), clerk.close()]);
  }
}
