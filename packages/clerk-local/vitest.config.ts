import { defineConfig } from 'vitest/config';

/** Over 10 s each: `npm test` leaves them to `npm run test:all`. */
const slow = [
  'test/backend-api/conformance/documented-parameters.test.ts',
  'test/backend-api/conformance/published-documents.test.ts',
  'test/console/**/*.test.ts',
  'test/frontend-api/account-portal.test.ts',
  'test/frontend-api/clerk-browser-sdks.test.ts',
  'test/frontend-api/clerk-flows.test.ts',
  'test/frontend-api/conformance/**/*.test.ts',
  'test/frontend-api/multi-session.test.ts',
  'test/frontend-api/profile-forms.test.ts',
  'test/frontend-api/provider.test.ts',
  'test/frontend-api/sign-in-forms.test.ts',
  'test/package/**/*.test.ts',
  'test/sdk-calls/**/*.test.ts',
  'test/testing/**/*.test.ts',
];

export default defineConfig({
  test: {
    include: process.env['TESTS'] === 'slow' ? slow : ['test/**/*.test.ts'],
    exclude: process.env['TESTS'] === 'quick' ? slow : [],
    retry: Number(process.env['TEST_RETRIES'] ?? 0),
    // By default Vitest leaves one core free, which is half of a machine with two. Most slow tests drive a
    // browser, which takes the other.
    maxWorkers: process.env['TESTS'] === 'slow' ? 1 : 2,
    // Generous timeouts: a slow machine must not fail a test, only a hang.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
