import { expect, test } from 'vitest';
import { browserSettings } from '@/features/preferences/choices';

test.each([undefined, 'Etc/Unknown', '+03:00'])(
  'a browser that does not know its time zone (%s) gets UTC',
  (timeZone) => {
    expect(browserSettings({ locale: 'en-US-u-va-posix', timeZone })).toEqual({
      language: 'en-US-u-va-posix',
      timeZone: 'UTC',
    });
  },
);

test('a time zone that the contract accepts is kept, such as an alias', () => {
  expect(browserSettings({ locale: 'de-AT', timeZone: 'Asia/Calcutta' }).timeZone).toBe(
    'Asia/Calcutta',
  );
});
