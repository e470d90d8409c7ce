import { invalidParameter } from '../domain/shared/clerk-api-error.js';
import {
  primaryEmail,
  primaryPhone,
  type EmailRecord,
  type PhoneRecord,
  type UserRecord,
} from '../domain/state/user-records.js';
import { normaliseEmail } from '../domain/users/email-address.js';
import type { UserDirectory } from '../domain/users/user-directory.js';

/**
 * Finds the user with a verified or reserved email address or phone number, a verified wallet, or a
 * username. Another unverified address identifies no account.
 *
 * @throws {ClerkApiError} 422 `form_identifier_not_found`
 */
export function findAccount(users: UserDirectory, identifier: string): UserRecord {
  const user = users.findByEmail(identifier);
  const email = user?.emails.find(({ address }) => address === normaliseEmail(identifier));
  if (user && (email?.verification?.status === 'verified' || email?.reserved === true)) return user;
  const other =
    users.findByPhone(identifier) ??
    users.findByUsername(identifier) ??
    users.findByWallet(identifier);
  if (other) return other;
  throw invalidParameter('identifier', 'form_identifier_not_found', "Couldn't find your account.");
}

/** Returns the address that receives the code: the chosen, the entered, or the primary one. */
export function emailOf(
  user: UserRecord,
  id: string | null,
  identifier: string | null,
): EmailRecord | undefined {
  return (
    user.emails.find((email) => email.id === id) ??
    user.emails.find(({ address }) => address === normaliseEmail(identifier ?? '')) ??
    primaryEmail(user)
  );
}

/** Returns the number that receives the code: the chosen, the entered, or the primary one. */
export function phoneOf(
  user: UserRecord,
  id: string | null,
  identifier: string | null,
): PhoneRecord | undefined {
  return (
    user.phones.find((phone) => phone.id === id) ??
    user.phones.find(({ number }) => number === identifier) ??
    primaryPhone(user)
  );
}
