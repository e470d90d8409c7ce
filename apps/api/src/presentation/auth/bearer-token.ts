import { AuthenticationError } from '../../core/auth/auth.errors.js';

/**
 * Takes the token out of an `Authorization` header (RFC 6750, 2.1; the scheme's case does not
 * matter, RFC 9110, 11.1).
 *
 * @throws AuthenticationError `token_missing` without a bearer token, `token_invalid` where what
 *   follows the scheme cannot be one
 */
export function bearerToken(authorization: string | undefined): string {
  const credentials = /^bearer(?:[ \t]+(.*))?$/i.exec(authorization?.trim() ?? '')?.[1] ?? '';
  if (credentials === '') {
    throw new AuthenticationError(
      'token_missing',
      'Send a session token in the Authorization header, as “Bearer …”.',
    );
  }
  if (/\s/.test(credentials)) {
    throw new AuthenticationError(
      'token_invalid',
      'The Authorization header holds more than one token.',
    );
  }
  return credentials;
}
