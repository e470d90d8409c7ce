import { z } from 'zod';
import { flag, metadata, optionalText } from '../../http/parameters.js';
import { ignoredFields } from '../ignored-fields.js';

/** What creating and changing a sign-up take. Attributes beyond these are switched off. */
export const signUpSchema = z.strictObject({
  ...ignoredFields,
  /** How the user is going to sign in: `password` or nothing. */
  strategy: optionalText,
  email_address: optionalText,
  password: optionalText,
  first_name: optionalText,
  last_name: optionalText,
  locale: optionalText,
  unsafe_metadata: metadata.optional(),
  /** Taken and without effect: the instance asks for no consent. */
  legal_accepted: flag.nullish(),
});
export type SignUpFields = z.output<typeof signUpSchema>;

/** What `prepare_verification` takes. */
export const prepareVerificationSchema = z.strictObject({
  ...ignoredFields,
  strategy: z.string(),
});
export type PrepareVerification = z.output<typeof prepareVerificationSchema>;

/** What `attempt_verification` takes. */
export const attemptVerificationSchema = z.strictObject({
  strategy: z.string(),
  code: z.string().optional(),
});
export type AttemptVerification = z.output<typeof attemptVerificationSchema>;
