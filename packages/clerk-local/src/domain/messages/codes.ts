import { ClerkApiError, invalidParameter } from '../shared/clerk-api-error.js';

/** Clerk's code for test addresses. clerk-local uses it for every address and phone number. */
export const testCode = '424242';

/** How long Clerk's codes stay valid. */
export const codeLifetimeMs = 600_000;

/**
 * Checks a code.
 *
 * @throws {ClerkApiError} 422 `form_code_incorrect`
 */
export function checkCode(code: string | null | undefined): void {
  if (code === testCode) return;
  throw incorrectCode();
}

/** Creates the 422 error for a wrong code. */
export function incorrectCode(): Error {
  return invalidParameter('code', 'form_code_incorrect', 'is incorrect', 'Incorrect code');
}

/** Creates the 400 error for a code that is submitted before a code was sent. */
export function codeNotSent(): Error {
  return new ClerkApiError(400, 'verification_missing', 'is missing', {
    longMessage: 'No code was sent. Prepare the verification first.',
  });
}
