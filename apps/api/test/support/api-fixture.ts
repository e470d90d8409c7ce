import { afterAll, beforeAll } from 'vitest';
import { ClerkStub } from '@populatte/clerk-stub';
import { apiEnvironment } from './api-environment.js';
import { ApiProcess } from './api-process.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

/** Shared by the end-to-end tests of a file: one database, one Clerk, one API. */
export interface ApiFixture {
  readonly api: ApiProcess;
  readonly clerk: ClerkStub;
  readonly database: TestDatabase;
}

/**
 * Starts them before the file's tests and stops them afterwards, then checks the API's whole output
 * for leaks.
 *
 * @param extra variables in addition to those that every API needs
 * @returns a function to call inside tests
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
    if (fixture === undefined) throw new Error('The API is available inside tests only.');
    return fixture;
  };
}
