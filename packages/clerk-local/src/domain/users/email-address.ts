import { z } from 'zod';
import { invalidParameter } from '../shared/clerk-api-error.js';

const schema = z.email();

/** Lower case and without spaces around it: how addresses are stored and compared. */
export function normaliseEmail(address: string): string {
  return address.trim().toLowerCase();
}

/**
 * @returns the address as it is stored
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
