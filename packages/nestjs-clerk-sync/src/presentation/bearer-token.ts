import { AuthenticationError } from '../core/errors.js';

/** The whitespace that a header value can contain: Node's parser refuses line breaks. */
const whiteSpace = [' ', '\t', '\u00a0'];

/**
 * Extracts the token from a request's `Authorization` headers (RFC 6750, 2.1; the scheme's case does
 * not matter, RFC 9110, 11.1).
 *
 * @param headers every `Authorization` value that was sent; more than one is refused, because a
 *   proxy may have checked another one
 * @throws AuthenticationError `token_missing` without a bearer token, `token_invalid` if the
 *   credentials are not a single token or the header was sent more than once
 */
export function bearerToken(headers: readonly string[]): string {
  if (headers.length > 1) throw severalTokens();
  const header = headers[0]?.trim() ?? '';
  const start = startOfCredentials(header);
  if (start === header.length) {
    throw new AuthenticationError(
      'token_missing',
      'Send a session token in the Authorization header, as “Bearer …”.',
      { reason: 'missing' },
    );
  }
  // Searches the header, because V8 searches a slice of it more slowly.
  if (whiteSpace.some((space) => header.includes(space, start))) throw severalTokens();
  return header.slice(start);
}

/** @returns the index after the `Bearer` scheme; the header's length if it has another scheme */
function startOfCredentials(header: string): number {
  const length = 'bearer'.length;
  if (header.slice(0, length).toLowerCase() !== 'bearer') return header.length;
  let start = length;
  while (header[start] === ' ' || header[start] === '\t') start += 1;
  return start === length ? header.length : start;
}

function severalTokens(): AuthenticationError {
  return new AuthenticationError(
    'token_invalid',
    'The Authorization header contains more than one token.',
    { reason: 'several_tokens' },
  );
}
