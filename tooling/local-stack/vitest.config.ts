import { defineConfig } from 'vitest/config';

/** Over 10 s each: `npm test` leaves them to `npm run test:all`. */
const slow = ['test/cli/lost-parents.test.ts', 'test/cli/start.test.ts'];

export default defineConfig({
  test: {
    include: process.env['TESTS'] === 'slow' ? slow : ['test/**/*.test.ts'],
    exclude: process.env['TESTS'] === 'quick' ? slow : [],
    retry: Number(process.env['TEST_RETRIES'] ?? 0),
    // The timeout should end a test that hangs, not one on a slow machine. Some start a stack
    // twice.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Most of the time is spent waiting for other processes.
    maxWorkers: 2,
  },
});
