import { defineConfig } from 'vitest/config';

/** Over 10 s each: `npm test` leaves them to `npm run test:all`. */
const slow = ['test/boundaries.test.js'];

export default defineConfig({
  // The first text that is linted waits for the compiler to load a whole workspace.
  test: {
    include: process.env['TESTS'] === 'slow' ? slow : ['test/**/*.test.js'],
    exclude: process.env['TESTS'] === 'quick' ? slow : [],
    retry: Number(process.env['TEST_RETRIES'] ?? 0),
    testTimeout: 60_000,
  },
});
