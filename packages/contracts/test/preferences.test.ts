import { describe, expect, test } from 'vitest';
import { preferencesInput, preferencesResponse } from '../src/index.js';

const parse = (language: string, timeZone: string): unknown =>
  preferencesInput.parse({ language, timeZone });

describe('preferences in a request', () => {
  test.each(['de', 'de-AT', 'zh-Hant-TW', 'sr-Latn-RS', 'de-1996', 'en-u-ca-buddhist'])(
    'accept the language %s',
    (language) => {
      expect(parse(language, 'UTC')).toEqual({ language, timeZone: 'UTC' });
    },
  );

  test.each([
    ['DE-at', 'de-AT'],
    ['ZH-HANT-tw', 'zh-Hant-TW'],
    ['iw', 'he'],
    ['zh-cmn-Hans', 'zh-Hans'],
    ['zh-yue-HK', 'yue-HK'],
    ['art-lojban', 'jbo'],
  ])('write the language %s in its canonical form, %s', (language, canonical) => {
    expect(parse(language, 'UTC')).toMatchObject({ language: canonical });
  });

  test.each(['', 'd', 'en_US', 'Deutschland', 'de-', '*', 'de\u0000', `de-${'a'.repeat(100)}`])(
    'refuse the language “%s”',
    (language) => {
      const result = preferencesInput.safeParse({ language, timeZone: 'UTC' });
      expect(result.error?.issues[0]).toMatchObject({ path: ['language'] });
    },
  );

  test.each([
    'Europe/Vienna',
    'America/Argentina/Buenos_Aires',
    'UTC',
    'Asia/Kolkata',
    'Etc/GMT+1',
    'EST',
    'PST8PDT',
    'US/Pacific',
  ])('accept the time zone %s as it is written', (timeZone) => {
    expect(parse('de', timeZone)).toEqual({ language: 'de', timeZone });
  });

  test('correct the case of a time zone', () => {
    expect(parse('de', 'europe/VIENNA')).toMatchObject({ timeZone: 'Europe/Vienna' });
  });

  test.each([
    '',
    '+01:00',
    'Europe/Atlantis',
    'Vienna',
    'CET+1',
    'PST',
    'bst',
    'IST',
    'SystemV/PST8PDT',
    ' Europe/Vienna',
    '🕰',
    'x'.repeat(101),
  ])('refuse the time zone “%s”', (timeZone) => {
    const result = preferencesInput.safeParse({ language: 'de', timeZone });
    expect(result.error?.issues[0]).toMatchObject({ path: ['timeZone'] });
  });

  test('must have both fields, and neither may be null', () => {
    for (const body of [
      {},
      { language: 'de' },
      { timeZone: 'UTC' },
      { language: null, timeZone: 'UTC' },
      { language: 'de', timeZone: null },
      { language: ['de'], timeZone: 'UTC' },
    ]) {
      expect(preferencesInput.safeParse(body).success).toBe(false);
    }
  });
});

describe('preferences in a response', () => {
  test('are all null before they are chosen', () => {
    const none = { language: null, timeZone: null, updatedAt: null };
    expect(preferencesResponse.parse(none)).toEqual(none);
  });

  test('may name a language or a zone that this client’s Intl does not know', () => {
    const newer = {
      language: 'xx-future',
      timeZone: 'Mars/Olympus_Mons',
      updatedAt: '2026-01-02T03:04:05.678Z',
    };
    expect(preferencesResponse.parse(newer)).toEqual(newer);
  });
});
