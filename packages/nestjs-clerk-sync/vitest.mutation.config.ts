import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

/** The unit tests alone, as the mutation tests run them: no database and no process is needed. */
export default defineConfig({
  plugins: [swc.vite({ module: { type: 'es6' } })],
  test: {
    include: ['test/{core,infrastructure,presentation,support}/**/*.test.ts'],
    env: { TZ: 'Asia/Kolkata' },
    // Tests take milliseconds. A mutant whose promise never settles fails here, long before Stryker's
    // own timeout, which also restarts the process and is left for endless loops.
    testTimeout: 10_000,
    hookTimeout: 10_000,
    // A mutant that chance finds one time, and another time not, is neither killed nor alive.
    exclude: ['test/**/*.fuzz.test.ts'],
  },
});
