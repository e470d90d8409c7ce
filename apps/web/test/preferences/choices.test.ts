import { expect, test } from 'vitest';
import { browserSettings, languageName } from '@/features/preferences/choices';

test.each([undefined, 'Etc/Unknown', '+03:00'])(
  'a browser that does not know its time zone (%s) gets UTC',
  (timeZone) => {
    expect(browserSettings({ locale: 'en-US-u-va-posix', timeZone })).toEqual({
      language: 'en-US',
      timeZone: 'UTC',
    });
  },
);

test.each([
  ['en-US-u-va-posix', 'en-US'],
  ['th-TH-u-ca-buddhist-nu-thai', 'th-TH'],
  ['zh-Hant-TW', 'zh-Hant-TW'],
])('of a browser that is set to %s, the language is %s', (locale, language) => {
  expect(browserSettings({ locale, timeZone: 'UTC' }).language).toBe(language);
  expect(languageName(language)).not.toBe(language);
});

test('a time zone that the contract accepts is kept, such as an alias', () => {
  expect(browserSettings({ locale: 'de-AT', timeZone: 'Asia/Calcutta' }).timeZone).toBe(
    'Asia/Calcutta',
  );
});
