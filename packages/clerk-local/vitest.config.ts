import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // By default Vitest leaves one core free, which is half of a machine with two.
    maxWorkers: 2,
    // Generous timeouts: a slow machine must not fail a test, only a hang.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
