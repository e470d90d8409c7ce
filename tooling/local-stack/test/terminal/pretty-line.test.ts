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
  [
    '{"level":"info","time":"2026-01-02T03:04:05.678Z","outcome":null,"msg":"answered"}',
    '03:04:05.678 INFO  answered',
  ],
  [
    '{"level":"warn","time":"2026-01-02T03:04:05.678Z","err":{"type":"Error","message":"down","stack":"    at a","cause":{"message":"refused","stack":"    at b"}},"msg":"failed"}',
    '03:04:05.678 WARN  failed err=down ← refused',
  ],
  [
    '{"level":"error","time":"2026-01-02T03:04:05.678Z","err":{"type":"Error","message":"bug","stack":"    at a","cause":{"message":"reason","stack":"    at b"}},"msg":"failed"}',
    '03:04:05.678 ERROR failed err=bug ← reason\n    bug\n    at a\n    reason\n    at b',
  ],
  [
    '{"level":"warn","time":"2026-01-02T03:04:05.678Z","err":{"message":"fetch failed","cause":{"message":"","code":"ECONNREFUSED"}},"msg":"failed"}',
    '03:04:05.678 WARN  failed err=fetch failed ← (ECONNREFUSED)',
  ],
  ['{"not":"a log entry"}', '{"not":"a log entry"}'],
  ['{"cut":', '{"cut":'],
  ['plain text', 'plain text'],
])('%s is shown as %s', ([line, shown]) => {
  expect(stripVTControlCharacters(prettyLine(line ?? ''))).toBe(shown);
});
