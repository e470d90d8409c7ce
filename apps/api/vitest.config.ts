import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

/** esbuild cannot emit the decorator metadata that Nest's injection reads. */
const plugins = [swc.vite({ module: { type: 'es6' } })];

/** Vitest leaves a core alone, which of two is half. */
const maxWorkers = 2;

/** A hang, not a slow machine, is to end a test. */
const limits = { testTimeout: 120_000, hookTimeout: 180_000 };

/** Black-box tests of the built API. */
const e2e = {
  maxWorkers,
  // After the others, and not beside them: these measure deadlines.
  sequence: { groupOrder: 1 },
  globalSetup: ['test/support/postgres.global-setup.ts', 'test/support/faults.global-setup.ts'],
  ...limits,
};

export default defineConfig({
  test: {
    projects: [
      {
        plugins,
        test: {
          name: 'unit',
          maxWorkers,
          include: ['test/unit/**/*.test.ts'],
          ...limits,
          // No time may be read by the machine's own zone, which mostly is UTC.
          env: { TZ: 'Asia/Kolkata' },
        },
      },
      {
        plugins,
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
      { plugins, test: { ...e2e, name: 'e2e', include: ['test/e2e/**/*.test.ts'] } },
      {
        plugins,
        test: {
          ...e2e,
          // The table of faults is the other project's.
          globalSetup: ['test/support/postgres.global-setup.ts'],
          name: 'e2e without caches',
          // Where a cache could make a difference; `CACHES=off` runs all the others so.
          include: ['coherence', 'concurrency', 'processes', 'sync-rule', 'users-me'].map(
            (name) => `test/e2e/${name}.test.ts`,
          ),
          env: { CACHES: 'off' },
        },
      },
    ],
  },
});
