import { Linter } from 'eslint';
import { describe, expect, test } from 'vitest';
import { disabledRuleRule, swallowedErrorRule } from '../src/stated-reasons.js';

function lint(code) {
  const rules = { 'swallowed-error': swallowedErrorRule, 'disabled-rule': disabledRuleRule };
  const config = {
    linterOptions: { reportUnusedDisableDirectives: 'off' },
    plugins: { populatte: { rules } },
    rules: { 'populatte/swallowed-error': 'error', 'populatte/disabled-rule': 'error' },
  };
  return new Linter().verify(code, config).map(({ line, column }) => `${line}:${column}`);
}

describe('a discarded rejection', () => {
  test.each(['undefined', 'null', 'false', "''", '[]', '({})', '{}'])(
    'needs a comment: %s',
    (result) => {
      expect(lint(`const a = 1;\nwork().catch(() => ${result});`)).toEqual(['2:8']);
    },
  );

  test.each([
    ['above the statement', '// It is repeated later.\nwork().catch(() => undefined);'],
    ['at the end of its line', 'work().catch(() => undefined); // It is repeated later.'],
    ['inside it', 'work()\n  // It is repeated later.\n  .catch(() => undefined);'],
  ])('may have its comment %s', (_place, code) => {
    expect(lint(code)).toEqual([]);
  });

  test('is not explained by the comment of another statement', () => {
    const code = '// Counts.\ncount();\n\nwork().catch(() => undefined);\n\n// Ends.\nend();';
    expect(lint(code)).toEqual(['4:8']);
  });

  test('is not a handler that uses the error or has an effect', () => {
    expect(lint('work().catch((error) => null);\nwork().catch(() => fail());')).toEqual([]);
    expect(lint("work().catch(() => 'refused');")).toEqual([]);
  });
});

describe('a disabled rule', () => {
  test.each([
    ['// eslint-disable-next-line no-var', 1],
    ['/* eslint-disable no-var */', 1],
    ['// eslint-disable-next-line no-var -- old browsers', 0],
    ['/* eslint-disable no-var -- old browsers */', 0],
  ])('%s', (comment, problems) => {
    expect(lint(`${comment}\nvar a;`)).toHaveLength(problems);
  });
});
