import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, test } from 'vitest';
import { findBannedWords, isNotYetPlain, plainEnglishRule, proseOf } from '../src/plain-english.js';

const words = (text) => findBannedWords(text).map(({ word }) => word);

function lint(code, filename = 'packages/contracts/src/example.tsx') {
  const config = {
    files: ['**/*.tsx'],
    languageOptions: { parser: tseslint.parser, parserOptions: { ecmaFeatures: { jsx: true } } },
    plugins: { populatte: { rules: { 'plain-english': plainEnglishRule } } },
    rules: { 'populatte/plain-english': 'error' },
  };
  return new Linter()
    .verify(code, config, { filename })
    .map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('banned words', () => {
  test.each([
    ['A start without a key names its mend.', 'mend'],
    ['The server is started anew.', 'anew'],
    ['Whoever asks gets a row.', 'Whoever'],
    ['Changes are not heard.', 'heard'],
    ['The standby is told.', 'is told'],
    ['A change overtakes the load.', 'overtakes'],
    ['It recalls the token.', 'recalls'],
    ['Nobody waits.', 'Nobody'],
    ['It takes 40 µs a request.', 'µs a request'],
    ['One connection a process is enough.', 'connection a process'],
    ['This is a reply of Fastify’s.', 'of Fastify’s'],
  ])('%s', (text, word) => {
    expect(words(text)).toEqual([word]);
  });

  test('are found as words, not as parts of words or in code', () => {
    expect(words('The amendment recommends `recall(token)`.')).toEqual([]);
    expect(words('It runs as "nobody" if it is told to.')).toEqual([]);
  });

  test('allow what is common in technical English', () => {
    const text =
      'Send a request. The promise settled. Retry in 30 s. A copy of Clerk’s key. Tell it.';
    expect(words(text)).toEqual([]);
  });
});

describe('the lint rule', () => {
  test('reports comments with their location and the replacement', () => {
    expect(lint('const a = 1;\n/** Mends it. */\nexport { a };')).toEqual([
      '2:5 Do not write “Mends”. Instead: fix.',
    ]);
  });

  test('reports texts: strings, templates and JSX', () => {
    expect(lint("export const a = 'Try anew';")).toHaveLength(1);
    expect(lint('export const a = (n: number) => `${n} and anew`;')).toHaveLength(1);
    expect(lint('export const a = <p>Try anew</p>;')).toHaveLength(1);
  });

  test('accepts names and codes', () => {
    expect(lint("export const account = 'nobody';")).toEqual([]);
  });

  test('accepts folders that are still being rewritten, and only those', () => {
    expect(isNotYetPlain('packages/contracts/src/index.ts')).toBe(false);
    expect(isNotYetPlain('packages/contracts-and-more/src/index.ts')).toBe(false);
  });
});

describe('Markdown', () => {
  test('is checked except for fenced code, comments and link targets', () => {
    const markdown = 'A [mend](anew.md).\n\n```sh\nanew\n```\n\n<!-- anew -->\n\nSomebody';
    expect(words(proseOf(markdown))).toEqual(['mend', 'Somebody']);
    expect(proseOf(markdown).split('\n')).toHaveLength(markdown.split('\n').length);
  });
});
