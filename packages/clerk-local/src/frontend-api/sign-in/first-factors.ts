import { normaliseEmail } from '../../users/email-address.js';
import type { User } from '../../users/user-resource.js';

/** A way to prove who one is. */
export type FirstFactor =
  | { readonly strategy: 'password' }
  | {
      readonly strategy: 'email_code';
      readonly email_address_id: string;
      readonly safe_identifier: string;
      /** Whether it is the address that was given to sign in. */
      readonly primary: boolean;
    };

/**
 * The ways in which a user can sign in: the password, and a code to a verified address.
 *
 * @param identifier the address that was given to sign in
 */
export function firstFactors(user: User, identifier: string | null): FirstFactor[] {
  const codes = user.email_addresses
    .filter(({ verification }) => verification?.status === 'verified')
    .map((email): FirstFactor => ({
      strategy: 'email_code',
      email_address_id: email.id,
      safe_identifier: email.email_address,
      primary: email.email_address === normaliseEmail(identifier ?? ''),
    }));
  return user.password_enabled ? [{ strategy: 'password' }, ...codes] : codes;
}
