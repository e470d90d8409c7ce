import { stripVTControlCharacters } from 'node:util';
import { relative } from 'node:path';

/** The limits of a printed error: enough for a diff of two values. */
const lines = 40;
const width = 200; // characters per line

/**
 * Counts the tests in a report of Vitest, Playwright or `npm run test:world`. A flaky test counts as
 * passed.
 *
 * @param {object} report the parsed JSON report
 * @returns {{ passed: number, failed: number, skipped: number }}
 */
export function countTests(report) {
  if (report.stats !== undefined) {
    const { expected, unexpected, flaky, skipped } = report.stats;
    return { passed: expected + flaky, failed: unexpected, skipped };
  }
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * The failed tests of a report, each with the beginning of its error. They are printed last,
 * because a log of thousands of lines hides them and a truncated log lacks them.
 *
 * @param {object} report the parsed JSON report
 * @param {string} root the repository's folder
 * @returns {string[]} a test's file and name, then the indented error
 */
export function failedTests(report, root) {
  if (report.suites !== undefined) return specFailures(report.suites, ({ ok }) => !ok);
  if (report.outcomes !== undefined) {
    return report.outcomes
      .filter(({ result }) => result === 'failed')
      .map(({ name, detail }) => failure(`world > ${name}`, detail));
  }
  return (report.testResults ?? []).flatMap((file) => {
    const failed = testFailures(file, root, ({ status }) => status === 'failed');
    const { name, message } = file;
    return failed.length > 0 || !message ? failed : [failure(relative(root, name), message)];
  });
}

/**
 * The tests that failed and then passed, each with the beginning of its first error.
 *
 * @param {object} report the parsed JSON report
 * @param {string} root the repository's folder
 * @returns {string[]} a test's file and name, then the indented error
 */
export function flakyTests(report, root) {
  if (report.suites !== undefined) {
    return specFailures(report.suites, ({ tests }) =>
      tests.some(({ status }) => status === 'flaky'),
    );
  }
  return (report.testResults ?? []).flatMap((file) =>
    testFailures(
      file,
      root,
      ({ status, failureMessages }) => status === 'passed' && failureMessages.length > 0,
    ),
  );
}

/** The tests of a file in Vitest's report, each with its first error. */
function testFailures({ name, assertionResults = [] }, root, isListed) {
  return assertionResults
    .filter(isListed)
    .map(({ fullName, failureMessages }) =>
      failure(`${relative(root, name)} > ${fullName}`, failureMessages[0]),
    );
}

/** The tests in Playwright's report, each with its first error. */
function specFailures(suites, isListed) {
  return suites.flatMap((suite) => [
    ...(suite.specs ?? [])
      .filter(isListed)
      .map(({ file, title, tests }) => failure(`${file} > ${title}`, specError(tests))),
    ...specFailures(suite.suites ?? [], isListed),
  ]);
}

/** The first error of a Playwright test's runs. */
function specError(tests = []) {
  return tests.flatMap(({ results }) => results.flatMap(({ errors }) => errors))[0]?.message;
}

function failure(name, error = '') {
  const text = stripVTControlCharacters(error)
    .trimEnd()
    .split('\n')
    .slice(0, lines)
    .map((line) => `  ${line}`.slice(0, width).trimEnd());
  return [name, ...text].join('\n').trimEnd();
}
