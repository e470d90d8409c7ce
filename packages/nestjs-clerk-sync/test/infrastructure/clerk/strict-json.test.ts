import { describe, expect, test } from 'vitest';
import { parseJsonObject } from '../../../src/infrastructure/clerk/strict-json.js';

describe('parseJsonObject', () => {
  test('returns the object', () => {
    expect(parseJsonObject(Buffer.from('{"a":"é","b":[1]}'))).toEqual({ a: 'é', b: [1] });
  });

  test('uses the last of two properties with the same name', () => {
    expect(parseJsonObject(Buffer.from('{"a":1,"a":2}'))).toEqual({ a: 2 });
  });

  test.each([
    ['a list', '[{}]'],
    ['null', 'null'],
    ['text', '"{}"'],
    ['a number', '7'],
    ['true', 'true'],
    ['text that is not JSON', '{'],
    ['nothing', ''],
    ['an object after a byte order mark', '\u{feff}{}'],
  ])('returns null for %s', (_what, text) => {
    expect(parseJsonObject(Buffer.from(text))).toBeNull();
  });

  test('returns null for bytes that are not UTF-8', () => {
    expect(parseJsonObject(Buffer.from('{"a":"\u00ff"}', 'latin1'))).toBeNull();
  });
});
