import type { SignUpRecord } from '../../clients/sign-up-record.js';
import { newId } from '../../ids.js';
import { newUser } from '../../users/new-user.js';
import type { EmailRecord, UserRecord } from '../../users/user-record.js';

/**
 * The user that a complete sign-up becomes.
 *
 * @param now milliseconds since the epoch
 */
export function signedUpUser(signUp: SignUpRecord, now: number): UserRecord {
  const emails = signUp.email === null ? [] : [provedEmail(signUp.email, now)];
  const fields = {
    first_name: signUp.firstName,
    last_name: signUp.lastName,
    locale: signUp.locale,
    unsafe_metadata: signUp.unsafeMetadata,
  };
  const { passwordHash } = signUp;
  const password = passwordHash === null ? {} : { passwordHash, passwordUpdatedAt: now };
  return { ...newUser(fields, [], password, now), emails, primaryEmailId: emails[0]?.id ?? null };
}

function provedEmail(address: string, now: number): EmailRecord {
  return {
    id: newId('idn'),
    address,
    verification: { status: 'verified', strategy: 'email_code' },
    createdAt: now,
    updatedAt: now,
  };
}
