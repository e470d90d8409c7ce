import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    retry: Number(process.env['TEST_RETRIES'] ?? 0),
    // Long enough for a slow machine: the limits only end tests that hang.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
