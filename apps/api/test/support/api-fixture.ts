import { ClerkStub } from '@populatte/clerk-stub';
import { apiEnvironment } from './api-environment.js';
import { ApiProcess } from './api-process.js';
import { fixtureOfFile, fixtureOfTest } from './fixture.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

type Variables = Readonly<Record<string, string>>;

/** Shared by the end-to-end tests of a file that start their own APIs: one database, one Clerk. */
export interface StubFixture {
  readonly clerk: ClerkStub;
  readonly database: TestDatabase;
  /** @returns the variables of an API that uses both, plus `extra` */
  readonly environment: (extra?: Variables) => Record<string, string>;
  /** Starts an API that uses both. @param extra more variables @param folder the repository or a copy */
  readonly start: (extra?: Variables, folder?: string) => Promise<ApiProcess>;
}

/** Shared by the end-to-end tests of a file: one database, one Clerk, one API. */
export interface ApiFixture extends StubFixture {
  readonly api: ApiProcess;
}

/**
 * Creates a database and a stub of Clerk before the file's tests, and removes them afterwards.
 *
 * @returns a function to call inside tests
 */
export function withClerkStub(): () => StubFixture {
  return fixtureOfFile(startStub, endStub);
}

/**
 * Creates a database and a stub of Clerk before each test, and removes them afterwards.
 *
 * @returns a function to call inside tests
 */
export function withClerkStubPerTest(): () => StubFixture {
  return fixtureOfTest(startStub, endStub);
}

/**
 * Starts an API as well, and searches its whole output for leaks when it ends.
 *
 * @param extra variables in addition to those that every API needs
 * @param prepare changes Clerk before the API starts
 * @returns a function to call inside tests
 */
export function withApi(
  extra: Variables = {},
  prepare: (clerk: ClerkStub) => void = () => undefined,
): () => ApiFixture {
  return fixtureOfFile(
    async () => {
      const stub = await startStub();
      prepare(stub.clerk);
      return { ...stub, api: await stub.start(extra) };
    },
    async ({ api, ...stub }) => {
      await api.stop();
      await endStub(stub);
    },
  );
}

/**
 * Starts another API on the same database and Clerk.
 *
 * @returns a function to call inside tests
 */
export function withSecondApi(fixture: () => StubFixture): () => ApiProcess {
  return fixtureOfFile(
    () => fixture().start(),
    (api) => api.stop(),
  );
}

export async function startStub(): Promise<StubFixture> {
  const [clerk, database] = await Promise.all([ClerkStub.start(), createTestDatabase()]);
  const environment = (extra?: Variables): Record<string, string> =>
    apiEnvironment({ databaseUrl: database.url, clerk, ...(extra && { extra }) });
  const start: StubFixture['start'] = (extra, folder) =>
    ApiProcess.start(environment(extra), folder);
  return { clerk, database, environment, start };
}

export async function endStub({ clerk, database }: StubFixture): Promise<void> {
  await clerk.close();
  await database.drop();
}
