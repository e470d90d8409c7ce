import { startClerkLocal, type ClerkLocal } from '../server/clerk-local.js';
import type { ClerkLocalOptions } from '../server/options.js';

/** The fixtures of `clerkFixtures`. */
export interface ClerkFixtures {
  /** The test's own instance. */
  readonly clerk: ClerkLocal;
}

type Use = (clerk: ClerkLocal) => Promise<void>;

/**
 * Returns Playwright fixtures with an instance per test, so that tests can run in parallel. The
 * instance has a free port and keeps its state in memory.
 *
 * @param options options of every instance, such as its seed
 * @example
 * import { test as base } from '@playwright/test';
 * const test = base.extend<ClerkFixtures>(clerkFixtures({ seed: 'seed.yaml' }));
 * test('shows the profile', async ({ page, clerk }) => { … });
 */
export function clerkFixtures(options: ClerkLocalOptions = {}): {
  readonly clerk: (fixtures: object, use: Use) => Promise<void>;
} {
  return {
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the parameter's text and requires a pattern
    clerk: async ({}: object, use: Use): Promise<void> => {
      const clerk = await startClerkLocal({ ...options, port: 0 });
      try {
        await use(clerk);
      } finally {
        await clerk.close();
      }
    },
  };
}
