import { invalidParameter } from '../../errors/clerk-api-error.js';
import { normaliseEmail } from '../../users/email-address.js';
import type { UserDirectory } from '../../users/user-directory.js';
import type { UserRecord } from '../../users/user-record.js';

/**
 * Whose account an address is. An address that is not verified is nobody's yet.
 *
 * @throws {ClerkApiError} 422 `form_identifier_not_found`
 */
export function findAccount(users: UserDirectory, identifier: string): UserRecord {
  const user = users.findByEmail(identifier);
  const email = user?.emails.find(({ address }) => address === normaliseEmail(identifier));
  if (user && email?.verification?.status === 'verified') return user;
  throw invalidParameter('identifier', 'form_identifier_not_found', "Couldn't find your account.");
}
