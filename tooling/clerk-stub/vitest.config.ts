import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A hang, not a slow machine, is to end a test. Some start a stack twice.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Most of the time is spent waiting for other processes.
    maxWorkers: 2,
  },
});
