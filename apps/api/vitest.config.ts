import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';
import { moduleSources as alias } from './module-sources.js';

/** esbuild cannot emit the decorator metadata that Nest's injection reads. */
const plugins = [swc.vite({ module: { type: 'es6' } })];

/** By default Vitest leaves one core free, which is half of a two-core machine. */
const maxWorkers = 2;

/** Milliseconds; generous, so that only a hang fails a test, not a slow machine. */
const limits = {
  testTimeout: 120_000,
  hookTimeout: 180_000,
  retry: Number(process.env['TEST_RETRIES'] ?? 0),
};

/** Files of over 10 s each: `npm test` leaves them to `npm run test:all`. */
const slow = [
  'test/e2e/faults/**/*.test.ts',
  `test/e2e/{${[
    'add-an-endpoint',
    'alerts',
    'clerk-local',
    'command-line',
    'configuration',
    'database-outage',
    'described-answers',
    'doctor',
    'flood',
    'forgery',
    'fuzz',
    'guides',
    'loaded-modules',
    'metrics',
    'metrics-endpoint',
    'output',
    'privacy-dependencies',
    'privacy-output',
    'privacy-starts',
    'processes',
    'profile-directory',
    'react-to-changes',
    'read-only',
    'reconcile',
    'reconcile-missing',
    'reconcile-odd',
    'reconcile-processes',
    'reconcile-signals',
    'revocation',
    'routes',
    'shutdown',
    'shutdown-drain',
    'signing-keys',
    'slow-clients',
    'start-interrupted',
    'token-refusals',
    'tracing',
    'tracing-export',
    'user-commands',
    'webhook-forgery',
    'without-notifications',
  ].join(',')}}.test.ts`,
  'test/integration/database/{outages,pool,read-only}.test.ts',
  'test/properties/**/*.test.ts',
  'test/unit/presentation/http/connections.test.ts',
];

function filesOf(folder: string): { include: string[]; exclude: string[] } {
  return process.env['TESTS'] === 'slow'
    ? { include: slow.filter((file) => file.startsWith(folder)), exclude: [] }
    : {
        include: [`${folder}/**/*.test.ts`],
        exclude: process.env['TESTS'] === 'quick' ? slow : [],
      };
}

/** Black-box tests of the built API. */
const e2e = {
  maxWorkers,
  // Runs after the other projects, because these tests measure deadlines.
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
          ...filesOf('test/unit'),
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
          ...filesOf('test/integration'),
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
          ...filesOf('test/properties'),
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
        test: { ...e2e, name: 'e2e', ...filesOf('test/e2e') },
      },
      {
        plugins,
        resolve: { alias },
        test: {
          ...e2e,
          // Does not write the table of faults, which the other project does.
          globalSetup: ['test/support/postgres.global-setup.ts'],
          name: 'e2e without caches',
          // Tests in which a cache could matter; `CACHES=off` runs all e2e tests without caches.
          include: ['coherence', 'concurrency', 'processes', 'sync-rule', 'users-me'].map(
            (name) => `test/e2e/${name}.test.ts`,
          ),
          exclude: process.env['TESTS'] === 'quick' ? ['**'] : [],
          env: { CACHES: 'off' },
        },
      },
      {
        plugins,
        resolve: { alias },
        test: {
          ...e2e,
          globalSetup: ['test/support/postgres.global-setup.ts'],
          name: 'e2e without notifications',
          // Runs as on engines without LISTEN, NOTIFY and session locks, and covers everything that
          // a user or Clerk can notice. `NOTIFICATIONS=off` runs all e2e tests this way; those
          // about notifications fail.
          include: [
            ...['coherence', 'concurrency', 'preferences', 'privacy-deletion', 'revocation'],
            ...['sync-rule', 'user-commands', 'user-events', 'users-me', 'webhook-answers'],
            'webhooks',
          ].map((name) => `test/e2e/${name}.test.ts`),
          exclude: process.env['TESTS'] === 'quick' ? ['**'] : [],
          env: { NOTIFICATIONS: 'off' },
        },
      },
    ],
  },
});
