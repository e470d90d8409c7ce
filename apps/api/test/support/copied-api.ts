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
      const copy = await RepositoryCopy.make();
      try {
        await change(copy);
        await copy.build();
        const stub = await startStub();
        return { ...stub, copy, api: await stub.start({}, copy.folder) };
      } catch (error) {
        // The fixture has not started, so nothing else removes it.
        await copy.remove();
        throw error;
      }
    },
    async ({ api, copy, ...stub }) => {
      await api.stop();
      await Promise.all([endStub(stub), copy.remove()]);
    },
  );
}
