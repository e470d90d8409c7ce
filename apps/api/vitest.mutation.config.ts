import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';
import { moduleSources as alias } from './module-sources.js';

/** The unit tests alone, as the mutation tests run them: no database and no process is needed. */
export default defineConfig({
  plugins: [swc.vite({ module: { type: 'es6' } })],
  resolve: { alias },
  test: {
    include: ['test/unit/**/*.test.ts'],
    env: { TZ: 'Asia/Kolkata' },
    // A mutant that chance finds one time, and another time not, is neither killed nor alive.
    exclude: ['test/unit/**/*.fuzz.test.ts'],
  },
});
