import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

/** The unit tests alone, as the mutation tests run them: no database and no process is needed. */
export default defineConfig({
  plugins: [swc.vite({ module: { type: 'es6' } })],
  test: {
    include: ['test/{core,infrastructure,presentation,support}/**/*.test.ts'],
    env: { TZ: 'Asia/Kolkata' },
    // Instrumented code is slow; Stryker itself ends a mutant that hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A mutant that chance finds one time, and another time not, is neither killed nor alive.
    exclude: ['test/**/*.fuzz.test.ts'],
  },
});
