import { describe, expect, test } from 'vitest';
import { bearerToken } from '../../../../src/presentation/auth/bearer-token.js';
import {
  acceptedValues,
  authorizationValues,
} from '../../../support/forgeries/authorization-forms.js';
import '../../../support/forgeries/tried.js';

const token = 'eyJh.eyJz.c2ln';

/** The code of the refusal. */
function refusal(headers: readonly string[]): unknown {
  try {
    return `accepted: ${bearerToken(headers)}`;
  } catch (error) {
    return (error as { code: unknown }).code;
  }
}

describe('bearerToken', () => {
  test.each([
    ...acceptedValues,
    ['a line break around it', (right: string) => `\r\nBearer ${right}\n`],
  ] as const)('takes the token out of %s', (_form, value) => {
    expect(bearerToken([value(token)])).toBe(token);
  });

  test('takes any token, of one letter too', () => {
    expect(bearerToken(['Bearer x'])).toBe('x');
  });

  test.each([[], [''], [' ']])('misses one in %j', (...headers) => {
    expect(refusal(headers)).toBe('token_missing');
  });

  // Of the others the service tells that they are no token.
  const told = authorizationValues.filter(({ code, headers }) => {
    return (
      code === 'token_missing' || /\S\s+\S/.test(String(headers(token).authorization).slice(7))
    );
  });

  test.for(told.map((form) => [form.name, form.code, form] as const))(
    'refuses %s: %s',
    ([, code, { headers }], { task }) => {
      expect(refusal([String(headers(token).authorization)])).toBe(code);
      task.meta.forgery = 'a header at its parser';
    },
  );

  test.each([
    [['Bearer a', 'Bearer b']],
    [['Bearer a', 'Bearer a']],
    [['Bearer a', '']],
    [['', 'Bearer a']],
  ])('refuses %j: nobody knows which one counts', (headers) => {
    expect(refusal(headers)).toBe('token_invalid');
  });

  test('says how to send one', () => {
    expect(() => bearerToken([])).toThrow('Authorization header, as “Bearer …”');
    expect(() => bearerToken(['Bearer a b'])).toThrow('more than one token');
  });
});
