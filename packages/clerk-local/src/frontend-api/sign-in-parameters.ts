import { z } from 'zod';
import { flag, optionalText } from '../domain/shared/parameters.js';
import { ignoredFields } from './verification.js';

/** The parameters of `POST /v1/client/sign_ins`. */
export const createSignInSchema = z.strictObject({
  ...ignoredFields,
  identifier: optionalText,
  password: optionalText,
  /** The ticket of a sign-in token or an actor token, with the strategy `ticket`. */
  ticket: optionalText,
  strategy: optionalText,
  /** With the strategy `trusted_device`. */
  trusted_device_id: optionalText,
  /** Continues a sign-up with a provider's account that already exists. */
  transfer: flag.nullish(),
  /** The browser's locale. Does not change the user's locale. */
  locale: optionalText,
});
export type CreateSignIn = z.output<typeof createSignInSchema>;

/** The parameters of `prepare_first_factor`. */
export const prepareFirstFactorSchema = z.strictObject({
  ...ignoredFields,
  strategy: z.string(),
  email_address_id: optionalText,
  phone_number_id: optionalText,
  web3_wallet_id: optionalText,
  trusted_device_id: optionalText,
});
export type PrepareFirstFactor = z.output<typeof prepareFirstFactorSchema>;

/** The parameters of `attempt_first_factor`. */
export const attemptFirstFactorSchema = z.strictObject({
  ...ignoredFields,
  strategy: z.string(),
  password: optionalText,
  code: optionalText,
  /** The browser's signature with a passkey, as JSON. */
  public_key_credential: optionalText,
  /** The signature of a web3 wallet or a trusted device. */
  signature: optionalText,
  trusted_device_id: optionalText,
  /** The text that a trusted device signed. */
  client_data: optionalText,
  algorithm: z.literal('ES256').nullish(),
});
export type AttemptFirstFactor = z.output<typeof attemptFirstFactorSchema>;

/** The parameters of `attempt_second_factor`. */
export const attemptSecondFactorSchema = z.strictObject({
  strategy: z.enum(['totp', 'backup_code', 'phone_code']),
  code: z.string(),
});
export type AttemptSecondFactor = z.output<typeof attemptSecondFactorSchema>;

/** The parameters of `prepare_second_factor`. */
export const prepareSecondFactorSchema = z.object({
  strategy: z.literal('phone_code').default('phone_code'),
  phone_number_id: optionalText,
});
export type PrepareSecondFactor = z.output<typeof prepareSecondFactorSchema>;

/** The parameters of `reset_password`. */
export const resetPasswordSchema = z.strictObject({
  password: z.string(),
  sign_out_of_other_sessions: flag.nullish(),
});
export type ResetPassword = z.output<typeof resetPasswordSchema>;
