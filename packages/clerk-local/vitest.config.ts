import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The machine may be busy with the other workspaces' tests.
  test: { include: ['test/**/*.test.ts'], testTimeout: 20_000 },
});
