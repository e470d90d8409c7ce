import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AuthenticationError } from '../../src/core/errors.js';
import { bearerToken } from '../../src/presentation/bearer-token.js';
import { anyText, edited } from '../support/arbitraries.js';
import { inTime } from '../support/in-time.js';

/** @returns the token, or null if the header is refused; any other error is a bug */
async function take(headers: readonly string[]): Promise<string | null> {
  try {
    return await inTime(() => bearerToken(headers));
  } catch (error) {
    expect(error).toBeInstanceOf(AuthenticationError);
    return null;
  }
}

/** Text as Node's parser returns it: one character per octet, no line breaks. */
function asSent(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '');
}

test('bearerToken returns a token without space from any header or refuses the header', async () => {
  const value = fc
    .oneof(
      anyText,
      anyText.map((text) => `Bearer ${text}`),
      edited('Bearer a.b.c', anyText),
    )
    .map(asSent);
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(value, { maxLength: 2 }), async (headers) => {
      const token = await take(headers);
      if (token === null) return;
      taken += 1;
      expect(headers).toHaveLength(1);
      expect(headers[0]).toContain(token);
      expect(token).toMatch(/^\S+$/);
    }),
    { numRuns: 3_000 },
  );
  expect(taken).toBeGreaterThan(100);
});

test.each([
  ['spaces', `Bearer${' '.repeat(100_000)}`],
  ['spaces before another line', `Bearer${' '.repeat(100_000)}\nx`],
  ['tabs and spaces in turn, before another line', `Bearer${' \t'.repeat(50_000)}\r\nx`],
  ['spaces before the scheme', `${' '.repeat(100_000)}Bearer x`],
  ['schemes', 'Bearer '.repeat(20_000)],
])('bearerToken reads many %s in time', async (_what, header) => {
  await take([header]);
});
