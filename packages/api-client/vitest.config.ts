import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A hang, not a slow machine, is to end a test.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
