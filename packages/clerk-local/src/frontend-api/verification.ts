import { z } from 'zod';
import {
  invalidParameter,
  notEmulated,
  type ClerkApiError,
} from '../domain/shared/clerk-api-error.js';
import type { Log } from '../domain/shared/ports.js';

const ignored = z.string().nullish();

/**
 * What clerk-js sends along with a sign-in or a sign-up and is of no consequence here: nobody is
 * asked whether they are human, and no mail with a link is sent.
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

/** Clerk's own code for test addresses; here it is the code for all of them. */
const CODE = '424242';

/** How long Clerk's codes are valid. */
export const CODE_LIFETIME_MS = 600_000;

/** Nothing here sends mail: the code appears where the instance logs, without the address. */
export function sendCode(log: Log, purpose: string): void {
  log(`code for the ${purpose}: ${CODE}`);
}

/** @throws {ClerkApiError} 422 `form_code_incorrect` */
export function checkCode(code: string | null | undefined): void {
  if (code === CODE) return;
  throw invalidParameter('code', 'form_code_incorrect', 'is incorrect', 'Incorrect code');
}

/** @throws {ClerkApiError} 422, for a code that is tried before one was sent */
export function codeNotSent(): Error {
  return invalidParameter(
    'code',
    'verification_missing',
    'Verification missing',
    'No code was sent yet: prepare the verification first.',
  );
}

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
