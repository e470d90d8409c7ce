import { defineConfig } from 'vitest/config';

/** Over 10 s each: `npm test` leaves them to `npm run test:all`. */
const slow = ['test/declarations.test.ts', 'test/memory.test.ts'];

export default defineConfig({
  test: {
    include: process.env['TESTS'] === 'slow' ? slow : ['test/**/*.test.ts'],
    exclude: process.env['TESTS'] === 'quick' ? slow : [],
    retry: Number(process.env['TEST_RETRIES'] ?? 0),
    // By default Vitest leaves one core free, which is half of a machine with two.
    maxWorkers: 2,
    // Long enough for a slow machine: the limits only end tests that hang.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
