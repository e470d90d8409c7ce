import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // Long enough for a slow machine: the limits only end tests that hang.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
