import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    retry: Number(process.env['TEST_RETRIES'] ?? 0),
    // The timeout should end a test that hangs, not one on a slow machine.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
