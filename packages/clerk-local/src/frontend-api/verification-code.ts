import { invalidParameter } from '../errors/clerk-api-error.js';
import type { Log } from '../log.js';

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
