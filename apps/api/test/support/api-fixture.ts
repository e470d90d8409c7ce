import { afterAll, beforeAll } from 'vitest';
import { ClerkStub } from '@populatte/clerk-stub';
import { apiEnvironment } from './api-environment.js';
import { ApiProcess } from './api-process.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

/** What a file of end-to-end tests shares: one database, one Clerk, one API. */
export interface ApiFixture {
  readonly api: ApiProcess;
  readonly clerk: ClerkStub;
  readonly database: TestDatabase;
}

/**
 * Starts them before the file's tests and ends them after, looking through the API's whole output.
 *
 * @param extra variables beside those that every API needs
 * @returns to be called inside tests
 */
export function withApi(extra: Readonly<Record<string, string>> = {}): () => ApiFixture {
  let fixture: ApiFixture | undefined;
  beforeAll(async () => {
    const [database, clerk] = await Promise.all([createTestDatabase(), ClerkStub.start()]);
    const env = apiEnvironment({ databaseUrl: database.url, clerk, extra });
    fixture = { api: await ApiProcess.start(env), clerk, database };
  });
  afterAll(async () => {
    await fixture?.api.stop();
    await fixture?.clerk.close();
    await fixture?.database.drop();
  });
  return () => {
    if (fixture === undefined) throw new Error('The API is there in tests only.');
    return fixture;
  };
}
