import type { SignUpRecord } from '../domain/state/attempt-records.js';
import { parseEmail } from '../domain/users/email-address.js';
import { checkPasswordRules, hashPassword } from '../domain/users/password.js';
import type { UserDirectory } from '../domain/users/user-directory.js';
import type { SignUpFields } from './sign-up-parameters.js';

/**
 * Applies fields to a sign-up. Missing fields keep their value. A new address must be verified
 * again.
 *
 * @throws {ClerkApiError} 422 for an invalid or taken address, or a password that breaks the rules
 */
export async function applyFields(
  record: SignUpRecord,
  fields: SignUpFields,
  users: UserDirectory,
): Promise<SignUpRecord> {
  const email = fields.email_address ? parseEmail(fields.email_address) : record.email;
  if (email !== null) users.requireFreeEmail(email);
  const phone = fields.phone_number === undefined ? record.phone : fields.phone_number;
  if (phone !== null) users.requireFreePhone(phone);
  const address = fields.web3_wallet;
  if (address) users.requireFreeWallet(address);
  users.requireFreeUsername(fields.username);
  return {
    ...record,
    email,
    emailCode: email === record.email ? record.emailCode : 'not_sent',
    passwordHash: fields.password ? await newHash(fields.password) : record.passwordHash,
    phone,
    phoneCode: phone === record.phone ? record.phoneCode : 'not_sent',
    wallet:
      address && address !== record.wallet?.address
        ? { address, challenge: null, verified: false }
        : record.wallet,
    username: given(fields.username, record.username),
    firstName: given(fields.first_name, record.firstName),
    lastName: given(fields.last_name, record.lastName),
    locale: given(fields.locale, record.locale),
    unsafeMetadata: fields.unsafe_metadata ?? record.unsafeMetadata,
  };
}

function given(value: string | null | undefined, stored: string | null): string | null {
  return value === undefined ? stored : value;
}

/** Sign-ups are stored in the state file, which must not contain a password. */
async function newHash(password: string): Promise<string> {
  checkPasswordRules(password);
  return hashPassword(password);
}
