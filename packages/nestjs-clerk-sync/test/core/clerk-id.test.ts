import { describe, expect, test } from 'vitest';
import { isClerkId } from '../../src/core/profile.js';

describe('isClerkId', () => {
  test.each(['user_2b6EX4MP1E', 'u', '~!', 'x'.repeat(255)])('accepts %s', (id) => {
    expect(isClerkId(id)).toBe(true);
  });

  test.each([
    ['the empty string', ''],
    ['more than 255 characters', 'x'.repeat(256)],
    ['a space', 'user 1'],
    ['a line break at its end', 'user_1\n'],
    ['NUL', 'user_1\0'],
    ['DEL', 'user_1\x7f'],
    ['a letter outside ASCII', 'usér_1'],
    ['a lone surrogate', 'user_\ud83d'],
  ])('refuses %s', (_what, id) => {
    expect(isClerkId(id)).toBe(false);
  });
});
