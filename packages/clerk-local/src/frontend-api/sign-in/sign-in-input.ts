import { z } from 'zod';
import { optionalText } from '../../http/parameters.js';
import { ignoredFields } from '../ignored-fields.js';

/** What `POST /v1/client/sign_ins` takes. */
export const createSignInSchema = z.strictObject({
  ...ignoredFields,
  identifier: optionalText,
  password: optionalText,
  strategy: optionalText,
  /** Of the browser; the user's own stays. */
  locale: optionalText,
});
export type CreateSignIn = z.output<typeof createSignInSchema>;

/** What `prepare_first_factor` takes. */
export const prepareFirstFactorSchema = z.strictObject({
  ...ignoredFields,
  strategy: z.string(),
  email_address_id: optionalText,
});
export type PrepareFirstFactor = z.output<typeof prepareFirstFactorSchema>;

/** What `attempt_first_factor` takes. */
export const attemptFirstFactorSchema = z.strictObject({
  ...ignoredFields,
  strategy: z.string(),
  password: optionalText,
  code: optionalText,
});
export type AttemptFirstFactor = z.output<typeof attemptFirstFactorSchema>;
