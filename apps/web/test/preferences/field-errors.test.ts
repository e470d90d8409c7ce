import { describe, expect, test } from 'vitest';
import { ApiError, NetworkError } from '@populatte/api-client';
import { checkFields, fieldErrorsOf } from '@/features/preferences/field-errors';

const refusal = (code: string, issues: ApiError['issues']): ApiError =>
  new ApiError('refused', code, 400, 'r1', issues);

describe('checkFields', () => {
  test('returns the input in its canonical form', () => {
    expect(checkFields({ language: 'DE-at', timeZone: 'europe/vienna' })).toEqual({
      input: { language: 'de-AT', timeZone: 'Europe/Vienna' },
    });
  });

  test('names the problem of each field', () => {
    expect(checkFields({ language: 'de_AT', timeZone: '' })).toEqual({
      errors: {
        language: 'Send a BCP 47 language tag, such as de-AT.',
        timeZone: 'Send the name of an IANA time zone, such as Europe/Vienna.',
      },
    });
  });
});

describe('fieldErrorsOf', () => {
  test('finds the field of each issue', () => {
    const error = refusal('validation_failed', [
      { path: ['body', 'timeZone'], message: 'Unknown zone.' },
      { path: ['body', 'timeZone'], message: 'A second issue.' },
    ]);
    expect(fieldErrorsOf(error)).toEqual({ timeZone: 'Unknown zone.' });
  });

  test.each([
    ['no error', null],
    ['an error of the network', new NetworkError('offline')],
    ['another problem', refusal('sync_unavailable', [])],
    ['an issue of no field', refusal('validation_failed', [{ path: ['body'], message: 'JSON.' }])],
  ])('is null for %s, which the form shows as a whole', (_what, error) => {
    expect(fieldErrorsOf(error)).toBeNull();
  });
});
