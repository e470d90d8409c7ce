import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toMilliseconds } from '../../../src/infrastructure/clerk/profile-claims.js';

const whole = Date.UTC(2026, 0, 2, 3, 4, 5);
const withFraction = whole + 678;

describe('toMilliseconds', () => {
  test.each<[string, unknown, number]>([
    ['milliseconds', withFraction, withFraction],
    ['seconds', whole / 1000, whole],
    ['seconds with a fraction', withFraction / 1000, withFraction],
    ['milliseconds with a fraction, which is cut', withFraction + 0.9, withFraction],
    ['the largest number that means seconds', 99_999_999_999, 99_999_999_999_000],
    ['the smallest number that means milliseconds', 100_000_000_000, 100_000_000_000],
    ['the last instant that a Date can hold', 8.64e15, 8.64e15],
    ['ISO 8601', '2026-01-02T03:04:05Z', whole],
    ['ISO 8601 with milliseconds', '2026-01-02T03:04:05.678Z', withFraction],
    ['ISO 8601 with nanoseconds, which are cut', '2026-01-02T03:04:05.678999999Z', withFraction],
    ['ISO 8601 with a comma', '2026-01-02T03:04:05,678Z', withFraction],
    ['ISO 8601 in lower case (RFC 3339, 5.6)', '2026-01-02t03:04:05z', whole],
    ['ISO 8601 with an offset', '2026-01-02T05:34:05+02:30', whole],
    ['ISO 8601 with an offset without a colon', '2026-01-01T22:04:05-0500', whole],
    ['ISO 8601 with an offset of hours', '2026-01-02T01:04:05-02', whole],
    ['a space and an offset of hours, as PostgreSQL writes it', '2026-01-02 03:04:05+00', whole],
    ['ISO 8601 without seconds', '2026-01-02T03:04Z', whole - 5_000],
    ['ISO 8601 without a zone, which is UTC', '2026-01-02T03:04:05', whole],
    ['ISO 8601 with a space', '2026-01-02 03:04:05Z', whole],
    ['a space and no zone', '2026-01-02 03:04:05', whole],
    ['a date alone', '2026-01-02', Date.UTC(2026, 0, 2)],
    ['a time with space around it', ' 2026-01-02T03:04:05Z\n', whole],
    ['Go’s format', '2026-01-02 03:04:05 +0000 UTC', whole],
    ['Go’s format with milliseconds', '2026-01-02 03:04:05.678 +0000 UTC', withFraction],
    [
      'Go’s format with nanoseconds, which are cut',
      '2026-01-02 03:04:05.678999999 +0000 UTC',
      withFraction,
    ],
    [
      'Go’s format with a monotonic reading',
      '2026-01-02 03:04:05.678 +0000 UTC m=+0.000012',
      withFraction,
    ],
    [
      'Go’s format with a negative monotonic reading',
      '2026-01-02 03:04:05 +0000 UTC m=-1.5',
      whole,
    ],
    ['Go’s format in another zone', '2026-01-01 22:04:05 -0500 EST', whole],
    ['Go’s format in a zone without a name', '2026-01-02 08:34:05 +0530 +0530', whole],
  ])('reads %s', (_form, value, expected) => {
    expect(toMilliseconds(value)).toBe(expected);
  });

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['zero', 0],
    ['a negative number', -whole],
    ['negative seconds', -1],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['negative infinity', Number.NEGATIVE_INFINITY],
    ['a number too large for a Date', 8.64e15 + 1],
    ['a huge number', 1e300],
    ['less than a millisecond', 0.000_1],
    ['milliseconds as text', String(whole)],
    ['seconds as text', String(whole / 1000)],
    ['empty text', ''],
    ['a word', 'yesterday'],
    ['a date in words', 'Fri, 02 Jan 2026 03:04:05 GMT'],
    ['a date with slashes', '01/02/2026'],
    ['a 13th month', '2026-13-02T03:04:05Z'],
    ['a 25th hour', '2026-01-02T25:04:05Z'],
    ['Go’s format with a 13th month', '2026-13-02 03:04:05 +0000 UTC'],
    ['a year of five digits', '12026-01-02T03:04:05Z'],
    ['a time followed by text', '2026-01-02T03:04:05Z or so'],
    ['a time before the epoch', '1969-12-31T23:59:59Z'],
    ['true', true],
    ['a list', [whole]],
    ['an object', { at: whole }],
    ['a Date', new Date(whole)],
  ])('returns null for %s', (_what, value) => {
    expect(toMilliseconds(value)).toBeNull();
  });

  test('reads any time since 1973 equally as seconds, milliseconds or ISO 8601', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100_000_000, max: 9_999_999_999 }), (seconds) => {
        expect(toMilliseconds(seconds)).toBe(seconds * 1000);
        expect(toMilliseconds(seconds * 1000)).toBe(seconds * 1000);
        expect(toMilliseconds(new Date(seconds * 1000).toISOString())).toBe(seconds * 1000);
      }),
    );
  });

  test('returns an integer that PostgreSQL and Date can hold, or null, for any value', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.anything(), fc.string()), (value) => {
        const at = toMilliseconds(value);
        if (at === null) return;
        expect(Number.isSafeInteger(at)).toBe(true);
        expect(new Date(at).getTime()).toBe(at);
      }),
    );
  });
});
