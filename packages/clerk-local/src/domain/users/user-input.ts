import { z } from 'zod';
import {
  flag,
  metadata,
  optionalName,
  optionalText,
  stringList,
  time,
  wholeNumber,
} from '../shared/parameters.js';
import { phoneNumber } from './phone-number.js';
import { walletAddress } from './wallet-address.js';

/** One for each email address or phone number, in their order. By default, all are verified. */
const statuses = stringList.pipe(z.array(z.enum(['verified', 'reserved']))).optional();

/** The parameters of `POST /v1/users`. Clerk's other parameters are rejected by name. */
export const createUserSchema = z.strictObject({
  /** The first becomes the primary address. */
  email_address: stringList.optional(),
  email_address_identification_status: statuses,
  phone_number: stringList.pipe(z.array(phoneNumber)).optional(),
  phone_number_identification_status: statuses,
  /** The first becomes the primary wallet. All count as verified, as at Clerk. */
  web3_wallet: stringList.pipe(z.array(walletAddress)).optional(),
  username: optionalText,
  password: optionalText,
  first_name: optionalName,
  last_name: optionalName,
  external_id: optionalText,
  locale: optionalText,
  public_metadata: metadata.optional(),
  private_metadata: metadata.optional(),
  unsafe_metadata: metadata.optional(),
  delete_self_enabled: flag.nullish(),
  /** Skips the password rules. */
  skip_password_checks: flag.nullish(),
  /** Accepted without effect: users without a password are always allowed here. */
  skip_password_requirement: flag.nullish(),
  /** Allows a user without an email address. */
  skip_user_requirement: flag.nullish(),
  skip_legal_checks: flag.nullish(),
  create_organization_enabled: flag.nullish(),
  create_organizations_limit: wholeNumber.nullish(),
  /** RFC 3339. */
  legal_accepted_at: time.nullish(),
  banned: flag.nullish(),
  locked: flag.nullish(),
  /** In base32. The user then has an authenticator app. */
  totp_secret: optionalText,
  backup_codes: stringList.optional(),
  /** Accepted without effect: clerk-local trusts every client. */
  bypass_client_trust: flag.nullish(),
  /** RFC 3339. */
  created_at: time.nullish(),
});
export type CreateUserInput = z.input<typeof createUserSchema>;
export type ParsedCreateUser = z.output<typeof createUserSchema>;

/** The parameters of `PATCH /v1/users/:id`. Missing parameters leave the value unchanged. */
export const updateUserSchema = z.strictObject({
  first_name: optionalName,
  last_name: optionalName,
  external_id: optionalText,
  locale: optionalText,
  username: optionalText,
  primary_email_address_id: z.string().nullish(),
  primary_phone_number_id: z.string().nullish(),
  primary_web3_wallet_id: z.string().nullish(),
  public_metadata: metadata.optional(),
  private_metadata: metadata.optional(),
  unsafe_metadata: metadata.optional(),
  /** Accepted without effect: clerk-local sends no mail. */
  notify_primary_email_address_changed: flag.nullish(),
  password: optionalText,
  skip_password_checks: flag.nullish(),
  sign_out_of_other_sessions: flag.nullish(),
  delete_self_enabled: flag.nullish(),
  create_organization_enabled: flag.nullish(),
  create_organizations_limit: wholeNumber.nullish(),
  /** RFC 3339. */
  legal_accepted_at: time.nullish(),
  skip_legal_checks: flag.nullish(),
  /** In base32. The user then has an authenticator app. */
  totp_secret: optionalText,
  backup_codes: stringList.optional(),
  /** Accepted without effect: clerk-local trusts every client. */
  bypass_client_trust: flag.nullish(),
  /** RFC 3339. */
  created_at: time.nullish(),
});
export type UpdateUserInput = z.input<typeof updateUserSchema>;
export type ParsedUpdateUser = z.output<typeof updateUserSchema>;

/** The parameters of `PATCH` and `PUT /v1/users/:id/metadata`. */
export const userMetadataSchema = z.strictObject({
  public_metadata: metadata.optional(),
  private_metadata: metadata.optional(),
  unsafe_metadata: metadata.optional(),
});
export type UserMetadataInput = z.input<typeof userMetadataSchema>;
export type ParsedUserMetadata = z.output<typeof userMetadataSchema>;
