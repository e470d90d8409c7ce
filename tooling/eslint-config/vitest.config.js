import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The first text that is linted waits for the compiler to load a whole workspace.
  test: { include: ['test/**/*.test.js'], testTimeout: 60_000 },
});
