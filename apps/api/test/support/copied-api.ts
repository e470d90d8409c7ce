import { endStub, startStub, type StubFixture } from './api-fixture.js';
import type { ApiProcess } from './api-process.js';
import { fixtureOfFile } from './fixture.js';
import { RepositoryCopy } from './repository-copy.js';

/** An API that is built from a changed copy of the repository. */
export interface CopiedApi extends StubFixture {
  readonly copy: RepositoryCopy;
  readonly api: ApiProcess;
}

/**
 * Copies the repository, changes, builds and starts the copy before the tests of a file.
 *
 * @param change changes the copy, for instance as a guide says
 * @returns a function to call inside tests
 */
export function withCopiedApi(change: (copy: RepositoryCopy) => Promise<void>): () => CopiedApi {
  return fixtureOfFile(
    async () => {
      const [copy, stub] = await Promise.all([RepositoryCopy.make(), startStub()]);
      await change(copy);
      await copy.build();
      return { ...stub, copy, api: await stub.start({}, copy.folder) };
    },
    async ({ api, copy, ...stub }) => {
      await api.stop();
      await Promise.all([endStub(stub), copy.remove()]);
    },
  );
}
