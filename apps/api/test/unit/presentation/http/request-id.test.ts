import { describe, expect, test } from 'vitest';
import { requestId } from '../../../../src/presentation/http/request-headers.js';

const made = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

describe('requestId', () => {
  test.each(['a', 'A-z_0.9', 'x'.repeat(128)])('echoes %s', (given) => {
    expect(requestId({ 'x-request-id': given })).toBe(given);
  });

  test.each([undefined, '', ' ', 'x'.repeat(129), 'a b', 'a\n', 'a,b', 'é', '<script>', '${x}'])(
    'makes another for %j',
    (given) => {
      expect(requestId({ 'x-request-id': given })).toMatch(made);
    },
  );

  test('makes another where it was sent twice, and a new one each time', () => {
    const headers = { 'x-request-id': ['a', 'b'] };
    expect(requestId(headers)).toMatch(made);
    expect(requestId(headers)).not.toBe(requestId(headers));
  });
});
