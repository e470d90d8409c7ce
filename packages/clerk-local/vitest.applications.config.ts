import { defineConfig } from 'vitest/config';

/** Applications that install the tarball and other packages from the registry. */
export default defineConfig({
  test: {
    include: ['test/applications/**/*.spec.ts'],
    testTimeout: 480_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 120_000 } },
  },
});
