import { defineConfig } from 'vitest/config';

/**
 * Tests outside `npm test`: applications that install the tarball and other packages from the
 * registry, and screenshots.
 */
export default defineConfig({
  test: {
    include: ['test/{applications,console}/*.spec.ts'],
    testTimeout: 480_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 120_000 } },
  },
});
