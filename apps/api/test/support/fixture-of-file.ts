import { afterAll, beforeAll } from 'vitest';

/**
 * Starts a fixture before the tests of a file, and ends it afterwards.
 *
 * @returns a function to call inside tests
 */
export function fixtureOfFile<Fixture>(
  start: () => Promise<Fixture>,
  end: (fixture: Fixture) => Promise<void>,
): () => Fixture {
  let fixture: Fixture | undefined;
  beforeAll(async () => {
    fixture = await start();
  });
  afterAll(async () => {
    if (fixture !== undefined) await end(fixture);
  });
  return () => {
    if (fixture === undefined) throw new Error('The fixture is available inside tests only.');
    return fixture;
  };
}
