import { describe, expect, test } from 'vitest';
import { requestId } from '../../../../src/presentation/http/request-headers.js';

const generated = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

describe('requestId', () => {
  test.each(['a', 'A-z_0.9', 'x'.repeat(128)])('echoes %s', (given) => {
    expect(requestId({ 'x-request-id': given })).toBe(given);
  });

  test.each([undefined, '', ' ', 'x'.repeat(129), 'a b', 'a\n', 'a,b', 'é', '<script>', '${x}'])(
    'generates an id in place of %j',
    (given) => {
      expect(requestId({ 'x-request-id': given })).toMatch(generated);
    },
  );

  test('generates a new id every time for a header that was sent twice', () => {
    const headers = { 'x-request-id': ['a', 'b'] };
    expect(requestId(headers)).toMatch(generated);
    expect(requestId(headers)).not.toBe(requestId(headers));
  });
});
