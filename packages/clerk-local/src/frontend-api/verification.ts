import { z } from 'zod';
import {
  invalidParameter,
  notEmulated,
  type ClerkApiError,
} from '../domain/shared/clerk-api-error.js';
import type { Log } from '../domain/shared/ports.js';

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

/** Clerk's code for test addresses. clerk-local uses it for every address. */
const testCode = '424242';

/** How long Clerk's codes stay valid. */
export const codeLifetimeMs = 600_000;

/** Logs the code, without the address, instead of sending mail. */
export function sendCode(log: Log, purpose: string): void {
  log(`code for the ${purpose}: ${testCode}`);
}

/**
 * Checks a code.
 *
 * @throws {ClerkApiError} 422 `form_code_incorrect`
 */
export function checkCode(code: string | null | undefined): void {
  if (code === testCode) return;
  throw invalidParameter('code', 'form_code_incorrect', 'is incorrect', 'Incorrect code');
}

/** Creates the 422 error for a code that is submitted before a code was sent. */
export function codeNotSent(): Error {
  return invalidParameter(
    'code',
    'verification_missing',
    'Verification missing',
    'No code was sent. Prepare the verification first.',
  );
}

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
