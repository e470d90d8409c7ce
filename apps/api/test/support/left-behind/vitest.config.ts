import { defineConfig } from 'vitest/config';
import { moduleSources as alias } from '../../../module-sources.js';

/** For `left-behind.test.ts`: a run that hangs with all test processes started. */
export default defineConfig({
  resolve: { alias },
  test: {
    root: import.meta.dirname,
    include: ['hanging.fixture.ts'],
    globalSetup: ['../postgres.global-setup.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
