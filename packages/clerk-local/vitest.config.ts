import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Vitest leaves a core alone, which of two is half.
    maxWorkers: 2,
    testTimeout: 20_000,
  },
});
