import { z } from 'zod';
import { invalidParameter } from '../shared/clerk-api-error.js';

const schema = z.email();

/** Trims an address and converts it to lower case. Addresses are stored and compared this way. */
export function normaliseEmail(address: string): string {
  return address.trim().toLowerCase();
}

/**
 * Validates and normalises an email address.
 *
 * @throws {ClerkApiError} 422 `form_param_format_invalid`
 */
export function parseEmail(address: string): string {
  const result = schema.safeParse(normaliseEmail(address));
  if (result.success) return result.data;
  throw invalidParameter(
    'email_address',
    'form_param_format_invalid',
    'is invalid',
    'Email address must be a valid email address.',
  );
}
