import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

/** Over 10 s each: `npm test` leaves them to `npm run test:all`. */
const slow = [
  'test/handlers/new-handlers.test.ts',
  'test/handlers/processes.test.ts',
  'test/on-user-event.test.ts',
  'test/restored-dump.test.ts',
  'test/table-names.test.ts',
  'test/tarball/**/*.test.ts',
];

export default defineConfig({
  // esbuild cannot emit the decorator metadata that Nest's injection reads.
  plugins: [swc.vite({ module: { type: 'es6' } })],
  test: {
    include: process.env['TESTS'] === 'slow' ? slow : ['test/**/*.test.ts'],
    exclude: process.env['TESTS'] === 'quick' ? slow : [],
    retry: Number(process.env['TEST_RETRIES'] ?? 0),
    // By default Vitest leaves one core free, which is half of a machine with two.
    maxWorkers: 2,
    // Long enough for a slow machine: the limits only end tests that hang.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // A zone other than UTC, so that a test fails if a time depends on the local zone.
    env: { TZ: 'Asia/Kolkata' },
  },
});
