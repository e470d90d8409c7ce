import { describe, expect, test } from 'vitest';
import { bearerToken } from '../../src/presentation/bearer-token.js';
import { acceptedValues, authorizationValues } from '../support/forgeries/authorization-forms.js';
import '../support/forgeries/tried.js';

const token = 'eyJh.eyJz.c2ln';

/** @returns the code of the refusal */
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
    ['a value with line breaks around it', (right: string) => `\r\nBearer ${right}\n`],
  ] as const)('reads the token from %s', (_form, value) => {
    expect(bearerToken([value(token)])).toBe(token);
  });

  test('accepts a token of one letter', () => {
    expect(bearerToken(['Bearer x'])).toBe('x');
  });

  test.each([[], [''], [' ']])('reports a missing token for %j', (...headers) => {
    expect(refusal(headers)).toBe('token_missing');
  });

  // ClerkService refuses the other values.
  const refused = authorizationValues.filter(({ code, headers }) => {
    return (
      code === 'token_missing' || /\S\s+\S/.test(String(headers(token).authorization).slice(7))
    );
  });

  test.for(refused.map((form) => [form.name, form.code, form] as const))(
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
  ])('refuses the ambiguous headers %j', (headers) => {
    expect(refusal(headers)).toBe('token_invalid');
  });

  test.each([
    [[], 'missing'],
    [['Basic abc'], 'missing'],
    [['Bearer a b'], 'several_tokens'],
    [['Bearer a', 'Bearer b'], 'several_tokens'],
  ])('logs the reason for refusing %j: %s', (headers, reason) => {
    expect(() => bearerToken(headers)).toThrow(expect.objectContaining({ reason }));
  });

  test('explains how to send a token', () => {
    expect(() => bearerToken([])).toThrow('Authorization header, as “Bearer …”');
    expect(() => bearerToken(['Bearer a b'])).toThrow('more than one token');
  });
});
