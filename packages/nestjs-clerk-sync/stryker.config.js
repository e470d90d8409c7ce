/**
 * Mutation tests of the core and of everything that verifies: each change of the code must make a
 * unit test fail. Its result and the survivors are explained in docs/mutation.md.
 */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts' },
  // Named, since npm workspaces put the plugins beside Stryker, and not beside this file.
  plugins: ['@stryker-mutator/vitest-runner'],
  mutate: ['src/core/**/*.ts', 'src/infrastructure/clerk/*.ts', 'src/presentation/*.ts'],
  // What a run has found is kept, so that the next one tries only what has changed.
  incremental: true,
  incrementalFile: 'test-results/mutation-incremental.json',
  // Code that runs when a file is loaded: each such mutant would need all tests.
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 30_000,
  reporters: ['clear-text', 'progress-append-only', 'json'],
  jsonReporter: { fileName: 'test-results/mutation.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  tempDirName: 'test-results/stryker',
  thresholds: { high: 95, low: 92, break: 92 },
};
