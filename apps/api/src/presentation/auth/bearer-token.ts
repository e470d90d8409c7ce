import { AuthenticationError } from '../../core/errors.js';

/** All that a header's value can hold: Node's parser refuses what breaks a line. */
const whiteSpace = [' ', '\t', '\u00a0'];

/**
 * Takes the token out of a request's `Authorization` headers (RFC 6750, 2.1; the scheme's case does
 * not matter, RFC 9110, 11.1).
 *
 * @param headers as they were sent: a second one means that nobody knows which one a proxy looked at
 * @throws AuthenticationError `token_missing` without a bearer token, `token_invalid` where what
 *   follows the scheme cannot be one, or where there are several headers
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

/** What follows the scheme and its white space; nothing where the scheme is another one. */
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
    'The Authorization header holds more than one token.',
    { reason: 'several_tokens' },
  );
}
