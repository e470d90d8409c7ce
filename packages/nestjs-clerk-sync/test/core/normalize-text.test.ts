import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizeText } from '../../src/core/profile.js';

const astronaut = '\u{1F468}'; // two UTF-16 code units

/** Text dense with characters that PostgreSQL and UTF-8 cannot hold. */
const hostileText = fc
  .array(
    fc.constantFrom('\0', '\ud83d', '\udc68', astronaut, ' ', '\t', '\n', 'a', 'é', '\ufeff', 'Z'),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

describe('normalizeText', () => {
  test.each([
    ['removes NUL', 'A\0da', 'Ada'],
    ['removes a lone high surrogate', 'Ada\ud83d!', 'Ada!'],
    ['removes a lone low surrogate', '\udc68Ada', 'Ada'],
    ['does not join surrogates that NUL separates', 'A\ud83d\0\udc68B', 'AB'],
    ['keeps a surrogate pair', `A${astronaut}B`, `A${astronaut}B`],
    ['trims', ' \t Ada \n', 'Ada'],
    ['trims space behind NUL', '\0 Ada \0', 'Ada'],
    ['keeps inner space', 'Ada  L', 'Ada  L'],
    ['keeps letters of any script', 'Žofie 李', 'Žofie 李'],
  ])('%s', (_what, text, expected) => {
    expect(normalizeText(text, 20)).toBe(expected);
  });

  test.each([null, '', ' ', '\0', '\ud83d', ' \0\udc68 '])('returns null for %j', (text) => {
    expect(normalizeText(text, 20)).toBeNull();
  });

  test('keeps text of exactly the limit and cuts one code unit more', () => {
    expect(normalizeText('abcde', 5)).toBe('abcde');
    expect(normalizeText('abcdef', 5)).toBe('abcde');
  });

  test('drops a surrogate pair that the limit would split', () => {
    expect(normalizeText(`abcd${astronaut}`, 5)).toBe('abcd');
    expect(normalizeText(`abc${astronaut}`, 5)).toBe(`abc${astronaut}`);
  });

  test('trims space at the cut', () => {
    expect(normalizeText('abcd efg', 5)).toBe('abcd');
  });

  test('returns null if the limit leaves nothing', () => {
    expect(normalizeText(astronaut, 1)).toBeNull();
  });

  test('always returns storable, bounded and trimmed text, or null', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 50 }), (text, bound) => {
        const normal = normalizeText(text, bound);
        if (normal === null) return;
        expect(normal).not.toContain('\0');
        expect(Buffer.from(normal, 'utf8').toString('utf8')).toBe(normal);
        expect(normal.length).toBeLessThanOrEqual(bound);
        expect(normal).toBe(normal.trim());
        expect(normal).not.toBe('');
      }),
    );
  });

  test('is idempotent', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 50 }), (text, bound) => {
        const once = normalizeText(text, bound);
        expect(normalizeText(once, bound)).toBe(once);
      }),
    );
  });

  test('leaves well-formed text without NUL unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        fc.pre(!text.includes('\0') && text.trim() === text);
        expect(normalizeText(text, 10_000)).toBe(text);
      }),
    );
  });
});
