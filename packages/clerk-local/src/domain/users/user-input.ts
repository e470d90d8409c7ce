import { z } from 'zod';
import { flag, optionalText, stringList, metadata } from '../shared/parameters.js';

/** What `POST /v1/users` takes. Parameters that Clerk has beyond these are refused by name. */
export const createUserSchema = z.strictObject({
  /** The first becomes the primary address. All are verified, as by Clerk. */
  email_address: stringList.optional(),
  password: optionalText,
  first_name: optionalText,
  last_name: optionalText,
  external_id: optionalText,
  locale: optionalText,
  public_metadata: metadata.optional(),
  private_metadata: metadata.optional(),
  unsafe_metadata: metadata.optional(),
  delete_self_enabled: flag.nullish(),
  /** Leaves out the rules for passwords. */
  skip_password_checks: flag.nullish(),
  /** Taken and without effect: a user without a password is allowed here. */
  skip_password_requirement: flag.nullish(),
  /** Allows a user without an email address. */
  skip_user_requirement: flag.nullish(),
  skip_legal_checks: flag.nullish(),
  /** RFC 3339. */
  created_at: z.iso.datetime({ offset: true }).nullish(),
});
export type CreateUserInput = z.input<typeof createUserSchema>;
export type ParsedCreateUser = z.output<typeof createUserSchema>;

/** What `PATCH /v1/users/:id` takes: what is left out stays. */
export const updateUserSchema = z.strictObject({
  first_name: optionalText,
  last_name: optionalText,
  external_id: optionalText,
  locale: optionalText,
  primary_email_address_id: z.string().nullish(),
  /** Taken and without effect: nothing here sends mail. */
  notify_primary_email_address_changed: flag.nullish(),
  password: optionalText,
  skip_password_checks: flag.nullish(),
  sign_out_of_other_sessions: flag.nullish(),
  delete_self_enabled: flag.nullish(),
});
export type UpdateUserInput = z.input<typeof updateUserSchema>;
export type ParsedUpdateUser = z.output<typeof updateUserSchema>;

/** What `PATCH` and `PUT /v1/users/:id/metadata` take. */
export const userMetadataSchema = z.strictObject({
  public_metadata: metadata.optional(),
  private_metadata: metadata.optional(),
  unsafe_metadata: metadata.optional(),
});
export type UserMetadataInput = z.input<typeof userMetadataSchema>;
export type ParsedUserMetadata = z.output<typeof userMetadataSchema>;
