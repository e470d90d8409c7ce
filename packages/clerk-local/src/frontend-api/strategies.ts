import { invalidParameter, notEmulated, type ClerkApiError } from '../errors/clerk-api-error.js';

/** Strategies that lead to another provider's pages: OAuth, OpenID Connect and enterprise SSO. */
const redirecting = /^(?:oauth_|saml$|enterprise_sso$|google_one_tap$)/;

/**
 * Refuses a sign-in or sign-up by a strategy that redirects, before anything else is checked:
 * clerk-js would go to the provider's address, and there is none.
 *
 * @param body the request's parameters, not yet parsed
 * @returns the body as it is
 * @throws {ClerkApiError} 422 `form_param_value_invalid`, Clerk's answer for a provider that the
 *   instance has not enabled
 */
export function refuseRedirecting(body: unknown): unknown {
  const strategy =
    typeof body === 'object' && body !== null && 'strategy' in body ? body.strategy : undefined;
  if (typeof strategy === 'string' && redirecting.test(strategy)) throw providerDisabled(strategy);
  return body;
}

/** Clerk has the strategy; this instance does not. */
export function unknownStrategy(attempt: 'sign-in' | 'sign-up', strategy: string): ClerkApiError {
  return redirecting.test(strategy)
    ? providerDisabled(strategy)
    : notEmulated(`The ${attempt} strategy ${strategy}`);
}

function providerDisabled(strategy: string): ClerkApiError {
  return invalidParameter(
    'strategy',
    'form_param_value_invalid',
    'is not a strategy of this instance',
    `${strategy} does not match one of the allowed values for parameter strategy. clerk-local has ` +
      'no OAuth or SSO providers: use an email address with a password or a code.',
  );
}
