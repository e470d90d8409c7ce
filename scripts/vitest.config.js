import { defineConfig } from 'vitest/config';

export default defineConfig({
  // A folder scripts/node_modules would make npm take scripts/ for a package.
  cacheDir: '../node_modules/.vite/scripts',
  test: { include: ['test/**/*.test.js'], testTimeout: 60_000 },
});
