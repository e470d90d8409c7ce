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
  const credentials = withoutScheme(headers[0]?.trim() ?? '');
  if (credentials === '') {
    throw new AuthenticationError(
      'token_missing',
      'Send a session token in the Authorization header, as “Bearer …”.',
      { reason: 'missing' },
    );
  }
  if (whiteSpace.some((space) => credentials.includes(space))) throw severalTokens();
  return credentials;
}

/** @returns the credentials after the `Bearer` scheme, or an empty string for another scheme */
function withoutScheme(header: string): string {
  const length = 'bearer'.length;
  if (header.slice(0, length).toLowerCase() !== 'bearer') return '';
  let start = length;
  while (header[start] === ' ' || header[start] === '\t') start += 1;
  return start === length ? '' : header.slice(start);
}

function severalTokens(): AuthenticationError {
  return new AuthenticationError(
    'token_invalid',
    'The Authorization header contains more than one token.',
    { reason: 'several_tokens' },
  );
}
