import { defineConfig } from 'vitest/config';

export default defineConfig({
  // A folder scripts/node_modules would make npm take scripts/ for a package.
  cacheDir: '../node_modules/.vite/scripts',
  test: {
    include: ['test/**/*.test.js'],
    retry: Number(process.env['TEST_RETRIES'] ?? 0),
    testTimeout: 60_000,
  },
});
