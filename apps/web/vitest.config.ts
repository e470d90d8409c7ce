import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // A hang, not a slow machine, is to end a test.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
