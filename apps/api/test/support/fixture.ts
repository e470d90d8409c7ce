import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

type Start<Fixture> = () => Promise<Fixture>;
type End<Fixture> = (fixture: Fixture) => Promise<void>;

/**
 * Starts a fixture before the tests of a file, and ends it afterwards.
 *
 * @returns a function to call inside tests
 */
export function fixtureOfFile<Fixture>(start: Start<Fixture>, end: End<Fixture>): () => Fixture {
  return fixture({ before: beforeAll, after: afterAll }, start, end);
}

/**
 * Starts a fixture before each test of a file, and ends it after the test.
 *
 * @returns a function to call inside tests
 */
export function fixtureOfTest<Fixture>(start: Start<Fixture>, end: End<Fixture>): () => Fixture {
  return fixture({ before: beforeEach, after: afterEach }, start, end);
}

type Hook = (work: () => Promise<void>) => void;

function fixture<Fixture>(
  { before, after }: { readonly before: Hook; readonly after: Hook },
  start: Start<Fixture>,
  end: End<Fixture>,
): () => Fixture {
  let current: Fixture | undefined;
  before(async () => {
    current = await start();
  });
  after(async () => {
    if (current === undefined) return;
    const ending = current;
    current = undefined;
    await end(ending);
  });
  return () => {
    if (current === undefined) throw new Error('The fixture is available inside tests only.');
    return current;
  };
}
