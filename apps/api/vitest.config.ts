import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';
import { moduleSources as alias } from './module-sources.js';

/** esbuild cannot emit the decorator metadata that Nest's injection reads. */
const plugins = [swc.vite({ module: { type: 'es6' } })];

/** By default Vitest leaves one core free, which is half of a two-core machine. */
const maxWorkers = 2;

/** Milliseconds; generous, so that only a hang fails a test, not a slow machine. */
const limits = { testTimeout: 120_000, hookTimeout: 180_000 };

/** Black-box tests of the built API. */
const e2e = {
  maxWorkers,
  // Runs after the other projects, since these tests measure deadlines.
  sequence: { groupOrder: 1 },
  globalSetup: ['test/support/postgres.global-setup.ts', 'test/support/faults.global-setup.ts'],
  ...limits,
};

export default defineConfig({
  test: {
    projects: [
      {
        plugins,
        resolve: { alias },
        test: {
          name: 'unit',
          maxWorkers,
          include: ['test/unit/**/*.test.ts'],
          ...limits,
          // A zone other than UTC, so that a test fails if a time depends on the local zone.
          env: { TZ: 'Asia/Kolkata' },
        },
      },
      {
        plugins,
        resolve: { alias },
        test: {
          name: 'integration',
          maxWorkers,
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/postgres.global-setup.ts'],
          ...limits,
        },
      },
      {
        plugins,
        resolve: { alias },
        test: {
          name: 'properties',
          maxWorkers,
          include: ['test/properties/**/*.test.ts'],
          globalSetup: [
            'test/support/postgres.global-setup.ts',
            'test/support/histories.global-setup.ts',
          ],
          ...limits,
        },
      },
      {
        plugins,
        resolve: { alias },
        test: { ...e2e, name: 'e2e', include: ['test/e2e/**/*.test.ts'] },
      },
      {
        plugins,
        resolve: { alias },
        test: {
          ...e2e,
          // Without the table of faults, which the other project writes.
          globalSetup: ['test/support/postgres.global-setup.ts'],
          name: 'e2e without caches',
          // Tests in which a cache could matter; `CACHES=off` runs all e2e tests without caches.
          include: ['coherence', 'concurrency', 'processes', 'sync-rule', 'users-me'].map(
            (name) => `test/e2e/${name}.test.ts`,
          ),
          env: { CACHES: 'off' },
        },
      },
    ],
  },
});
