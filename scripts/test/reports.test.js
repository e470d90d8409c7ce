import { describe, expect, test } from 'vitest';
import { countTests, failedTests, flakyTests } from '../reports.js';

const vitest = {
  ...{ numPassedTests: 2, numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 },
  testResults: [
    {
      name: '/repository/apps/api/test/a.test.ts',
      message: '',
      assertionResults: [
        { status: 'passed', fullName: 'passes', failureMessages: [] },
        { status: 'passed', fullName: 'passes later', failureMessages: ['Error: too early'] },
        {
          status: 'failed',
          fullName: 'group fails',
          failureMessages: ['Error: \u001B[31mseed 7\u001B[39m\n    at a.test.ts:1:1', 'second'],
        },
      ],
    },
    { name: '/repository/b.test.ts', message: 'cannot be loaded', assertionResults: [] },
  ],
};

const playwright = {
  stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 2 },
  suites: [
    {
      specs: [{ ok: true, file: '01.spec.ts', title: 'passes', tests: [] }],
      suites: [
        {
          specs: [
            {
              ...{ ok: false, file: '01.spec.ts', title: 'fails' },
              tests: [{ results: [{ errors: [] }, { errors: [{ message: 'no button' }] }] }],
            },
            { ok: false, file: '01.spec.ts', title: 'never ran', tests: [] },
            {
              ...{ ok: true, file: '01.spec.ts', title: 'passes later' },
              tests: [
                {
                  status: 'flaky',
                  results: [{ errors: [{ message: 'no heading' }] }, { errors: [] }],
                },
              ],
            },
          ],
        },
      ],
    },
  ],
};

const world = {
  ...{ numPassedTests: 1, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 },
  outcomes: [
    { name: 'PostgreSQL 14', result: 'passed', detail: '' },
    { name: 'growth', result: 'failed', detail: '3 requests failed' },
  ],
};

describe('the reports of failed tests', () => {
  test.each([
    ['Vitest', vitest, { passed: 2, failed: 2, skipped: 2 }],
    ['Playwright', playwright, { passed: 4, failed: 1, skipped: 2 }],
    ['world', world, { passed: 1, failed: 1, skipped: 0 }],
  ])('%s: counts', (_, report, counts) => {
    expect(countTests(report)).toEqual(counts);
  });

  test.each([
    [
      'Vitest',
      vitest,
      [
        'apps/api/test/a.test.ts > group fails\n  Error: seed 7\n      at a.test.ts:1:1',
        'b.test.ts\n  cannot be loaded',
      ],
    ],
    ['Playwright', playwright, ['01.spec.ts > fails\n  no button', '01.spec.ts > never ran']],
    ['world', world, ['world > growth\n  3 requests failed']],
  ])('%s: each failed test with its error', (_, report, failed) => {
    expect(failedTests(report, '/repository')).toEqual(failed);
  });

  test.each([
    ['Vitest', vitest, ['apps/api/test/a.test.ts > passes later\n  Error: too early']],
    ['Playwright', playwright, ['01.spec.ts > passes later\n  no heading']],
    ['world', world, []],
  ])('%s: each test that failed and then passed, with its first error', (_, report, flaky) => {
    expect(flakyTests(report, '/repository')).toEqual(flaky);
  });

  test('a long error is cut off', () => {
    const detail = Array.from({ length: 100 }, () => 'x'.repeat(500)).join('\n');
    const [failed = ''] = failedTests(
      { outcomes: [{ name: 'long', result: 'failed', detail }] },
      '/repository',
    );
    expect(failed.split('\n')).toHaveLength(41);
    expect(Math.max(...failed.split('\n').map(({ length }) => length))).toBe(200);
  });
});
