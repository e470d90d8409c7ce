import type { SignUpRecord } from '../../clients/sign-up-record.js';
import { parseEmail } from '../../users/email-address.js';
import { checkPasswordRules, hashPassword } from '../../users/password.js';
import type { UserDirectory } from '../../users/user-directory.js';
import type { SignUpFields } from './sign-up-input.js';

/**
 * A sign-up with what was given filled in: what is left out stays, and another address has to be
 * proved anew.
 *
 * @throws {ClerkApiError} 422 for an address that is taken or is none, or a password too short
 */
export async function filledIn(
  record: SignUpRecord,
  fields: SignUpFields,
  users: UserDirectory,
): Promise<SignUpRecord> {
  const email = fields.email_address ? parseEmail(fields.email_address) : record.email;
  if (email !== null) users.requireFreeEmail(email);
  return {
    ...record,
    email,
    emailCode: email === record.email ? record.emailCode : 'not_sent',
    passwordHash: fields.password ? await newHash(fields.password) : record.passwordHash,
    firstName: given(fields.first_name, record.firstName),
    lastName: given(fields.last_name, record.lastName),
    locale: given(fields.locale, record.locale),
    unsafeMetadata: fields.unsafe_metadata ?? record.unsafeMetadata,
  };
}

function given(value: string | null | undefined, stored: string | null): string | null {
  return value === undefined ? stored : value;
}

/** The state file holds sign-ups under way: it must not hold a password. */
async function newHash(password: string): Promise<string> {
  checkPasswordRules(password);
  return hashPassword(password);
}
