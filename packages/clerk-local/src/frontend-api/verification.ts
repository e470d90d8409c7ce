import { z } from 'zod';
import type { Features } from '../domain/shared/features.js';
import {
  invalidParameter,
  notEmulated,
  type ClerkApiError,
} from '../domain/shared/clerk-api-error.js';

const ignored = z.string().nullish();

/**
 * Parameters that clerk-js sends with sign-ins and sign-ups, and that clerk-local ignores: bot
 * protection is not emulated, and other strategies use no `redirect_url`.
 */
export const ignoredFields = {
  proof_token: ignored,
  captcha_token: ignored,
  captcha_error: ignored,
  captcha_widget_type: ignored,
  captcha_action: ignored,
  timezone: ignored,
  redirect_url: ignored,
  action_complete_redirect_url: ignored,
  oidc_prompt: ignored,
  oidc_login_hint: ignored,
  enterprise_connection_id: ignored,
};

/** Strategies that redirect to an identity provider: OAuth, OpenID Connect and enterprise SSO. */
const redirecting = /^(?:oauth_|saml$|enterprise_sso$|google_one_tap$)/;

/**
 * Refuses strategies that redirect to a provider that is not enabled. Comes before any other check,
 * because clerk-js would follow the redirect.
 *
 * @param body the unparsed parameters
 * @returns the same body
 * @throws {ClerkApiError} 422 `form_param_value_invalid`, Clerk's error for a provider that is not
 *   enabled
 */
export function refuseDisabledProvider(body: unknown, features: Features): unknown {
  const strategy =
    typeof body === 'object' && body !== null && 'strategy' in body ? body.strategy : undefined;
  if (typeof strategy !== 'string' || !redirecting.test(strategy)) return body;
  if (features.hasProvider(strategy)) return body;
  throw providerDisabled(strategy);
}

/** Creates the error for a strategy that clerk-local does not emulate. */
export function unknownStrategy(attempt: 'sign-in' | 'sign-up', strategy: string): ClerkApiError {
  return redirecting.test(strategy)
    ? providerDisabled(strategy)
    : notEmulated(`The ${attempt} strategy ${strategy}`);
}

/** Creates Clerk's error for a provider that is not enabled. */
export function providerDisabled(strategy: string): ClerkApiError {
  return invalidParameter(
    'strategy',
    'form_param_value_invalid',
    'is not enabled for this instance',
    `${strategy} does not match one of the allowed values for parameter strategy. clerk-local has ` +
      'no OAuth or SSO providers but those that --enable names, such as --enable oauth_google.',
  );
}
