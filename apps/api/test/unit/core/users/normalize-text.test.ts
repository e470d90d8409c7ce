import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizeText } from '../../../../src/core/users/profile.js';

const astronaut = '\u{1F468}'; // two UTF-16 code units

/** Text with all that PostgreSQL and UTF-8 cannot hold, dense enough to meet at every place. */
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
    ['does not join halves that NUL kept apart', 'A\ud83d\0\udc68B', 'AB'],
    ['keeps a whole pair', `A${astronaut}B`, `A${astronaut}B`],
    ['trims', ' \t Ada \n', 'Ada'],
    ['trims what was hidden behind NUL', '\0 Ada \0', 'Ada'],
    ['keeps inner space', 'Ada  L', 'Ada  L'],
    ['keeps letters of any script', 'Žofie 李', 'Žofie 李'],
  ])('%s', (_what, text, expected) => {
    expect(normalizeText(text, 20)).toBe(expected);
  });

  test.each([null, '', ' ', '\0', '\ud83d', ' \0\udc68 '])('makes %j null', (text) => {
    expect(normalizeText(text, 20)).toBeNull();
  });

  test('keeps text of exactly the bound, and cuts one unit more', () => {
    expect(normalizeText('abcde', 5)).toBe('abcde');
    expect(normalizeText('abcdef', 5)).toBe('abcde');
  });

  test('drops a pair that the bound would cut in two', () => {
    expect(normalizeText(`abcd${astronaut}`, 5)).toBe('abcd');
    expect(normalizeText(`abc${astronaut}`, 5)).toBe(`abc${astronaut}`);
  });

  test('leaves no space where the bound cut', () => {
    expect(normalizeText('abcd efg', 5)).toBe('abcd');
  });

  test('is null where the bound leaves nothing', () => {
    expect(normalizeText(astronaut, 1)).toBeNull();
  });

  test('always gives text that is storable, bounded and trimmed, or null', () => {
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

  test('changes nothing the second time', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 50 }), (text, bound) => {
        const once = normalizeText(text, bound);
        expect(normalizeText(once, bound)).toBe(once);
      }),
    );
  });

  test('leaves well-formed text without NUL as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        fc.pre(!text.includes('\0') && text.trim() === text);
        expect(normalizeText(text, 10_000)).toBe(text);
      }),
    );
  });
});
