import type { SignUpRecord } from '../../clients/sign-up-record.js';

/** What somebody who signs up must give; as the environment's attributes say. */
export const requiredFields = ['email_address', 'password', 'first_name', 'last_name'] as const;
export type RequiredField = (typeof requiredFields)[number];

/** What of it is not there yet. */
export function missingFields(record: SignUpRecord): RequiredField[] {
  const given: Readonly<Record<RequiredField, string | null>> = {
    email_address: record.email,
    password: record.passwordHash,
    first_name: record.firstName,
    last_name: record.lastName,
  };
  return requiredFields.filter((field) => given[field] === null);
}
