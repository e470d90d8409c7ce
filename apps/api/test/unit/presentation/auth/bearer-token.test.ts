import { describe, expect, it } from 'vitest';
import { bearerToken } from '../../../../src/presentation/auth/bearer-token.js';

/** The code of the refusal. */
function refusal(header: string | undefined): unknown {
  try {
    return `accepted: ${bearerToken(header)}`;
  } catch (error) {
    return (error as { code: unknown }).code;
  }
}

describe('bearerToken', () => {
  it.each([
    ['Bearer a.b.c', 'a.b.c'],
    ['bearer a.b.c', 'a.b.c'],
    ['BEARER a.b.c', 'a.b.c'],
    ['Bearer   a.b.c', 'a.b.c'],
    ['Bearer\ta.b.c', 'a.b.c'],
    ['  Bearer a.b.c  ', 'a.b.c'],
    ['Bearer x', 'x'],
  ])('takes the token out of %j', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });

  it.each([
    undefined,
    '',
    ' ',
    'Bearer',
    'Bearer ',
    'Basic dTpw',
    'Bearera.b.c',
    'a.b.c',
    'Token Bearer x',
    'DPoP a.b.c',
  ])('misses one in %j', (header) => {
    expect(refusal(header)).toBe('token_missing');
  });

  it.each([
    'Bearer a b',
    'Bearer a.b.c d.e.f',
    'Bearer a\tb',
    'Bearer Bearer a.b.c',
    'Bearer a\u00a0b',
  ])('refuses %j: it cannot be one token', (header) => {
    expect(refusal(header)).toBe('token_invalid');
  });
});
