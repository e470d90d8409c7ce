import { z } from 'zod';
import { flag, metadata, optionalName, optionalText } from '../domain/shared/parameters.js';
import { phoneNumber } from '../domain/users/phone-number.js';
import { walletAddress } from '../domain/users/wallet-address.js';
import { ignoredFields } from './verification.js';

/** The parameters for creating and updating a sign-up. Other attributes are disabled. */
export const signUpSchema = z.strictObject({
  ...ignoredFields,
  /** `password`, `ticket` or a provider such as `oauth_google`. */
  strategy: optionalText,
  /** Continues a sign-in with a provider's account that has no user yet. */
  transfer: flag.nullish(),
  email_address: optionalText,
  phone_number: z.union([phoneNumber, z.literal('').transform(() => null)]).nullish(),
  web3_wallet: walletAddress.nullish(),
  username: optionalText,
  password: optionalText,
  /** The ticket of an invitation, with the strategy `ticket`. */
  ticket: optionalText,
  first_name: optionalName,
  last_name: optionalName,
  locale: optionalText,
  unsafe_metadata: metadata.optional(),
  /** Accepted without effect: the instance requires no consent. */
  legal_accepted: flag.nullish(),
});
export type SignUpFields = z.output<typeof signUpSchema>;

/** The parameters of `prepare_verification`. */
export const prepareVerificationSchema = z.strictObject({
  ...ignoredFields,
  strategy: z.string(),
});
export type PrepareVerification = z.output<typeof prepareVerificationSchema>;

/** The parameters of `attempt_verification`. */
export const attemptVerificationSchema = z.strictObject({
  strategy: z.string(),
  code: z.string().optional(),
  /** The signature of a web3 wallet. */
  signature: z.string().optional(),
});
export type AttemptVerification = z.output<typeof attemptVerificationSchema>;
