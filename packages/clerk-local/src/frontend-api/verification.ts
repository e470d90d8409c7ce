import { z } from 'zod';
import {
  invalidParameter,
  notEmulated,
  type ClerkApiError,
} from '../domain/shared/clerk-api-error.js';

const ignored = z.string().nullish();

/**
 * Parameters that clerk-js sends with sign-ins and sign-ups, and that clerk-local ignores: bot
 * protection and email links are not emulated.
 */
export const ignoredFields = {
  captcha_token: ignored,
  captcha_error: ignored,
  captcha_widget_type: ignored,
  captcha_action: ignored,
  timezone: ignored,
  redirect_url: ignored,
  action_complete_redirect_url: ignored,
};

/** Strategies that redirect to an identity provider: OAuth, OpenID Connect and enterprise SSO. */
const redirecting = /^(?:oauth_|saml$|enterprise_sso$|google_one_tap$)/;

/**
 * Refuses strategies that redirect to a provider, before any other check: clerk-js would follow the
 * redirect, and there is no provider to redirect to.
 *
 * @param body the unparsed parameters
 * @returns the same body
 * @throws {ClerkApiError} 422 `form_param_value_invalid`, Clerk's error for a provider that is not
 *   enabled
 */
export function refuseRedirecting(body: unknown): unknown {
  const strategy =
    typeof body === 'object' && body !== null && 'strategy' in body ? body.strategy : undefined;
  if (typeof strategy === 'string' && redirecting.test(strategy)) throw providerDisabled(strategy);
  return body;
}

/** Creates the error for a strategy that clerk-local does not emulate. */
export function unknownStrategy(attempt: 'sign-in' | 'sign-up', strategy: string): ClerkApiError {
  return redirecting.test(strategy)
    ? providerDisabled(strategy)
    : notEmulated(`The ${attempt} strategy ${strategy}`);
}

function providerDisabled(strategy: string): ClerkApiError {
  return invalidParameter(
    'strategy',
    'form_param_value_invalid',
    'is not enabled for this instance',
    `${strategy} does not match one of the allowed values for parameter strategy. clerk-local has ` +
      'no OAuth or SSO providers. Use an email address with a password or a code.',
  );
}
