import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { prettyLine } from '../../src/terminal/pretty-line.js';

test.for([
  [
    '{"level":"info","time":"2026-01-02T03:04:05.678Z","service":"api","version":"1.0.0","host":"vm","pid":1,"status":200,"msg":"answered"}',
    '03:04:05.678 INFO  answered status=200',
  ],
  [
    '{"level":50,"time":1767323045678,"pid":1,"err":{"type":"Error"},"msg":"failed"}',
    '03:04:05.678 ERROR failed err={"type":"Error"}',
  ],
  ['{"not":"a log entry"}', '{"not":"a log entry"}'],
  ['{"cut":', '{"cut":'],
  ['plain text', 'plain text'],
])('%s is shown as %s', ([line, shown]) => {
  expect(stripVTControlCharacters(prettyLine(line ?? ''))).toBe(shown);
});
