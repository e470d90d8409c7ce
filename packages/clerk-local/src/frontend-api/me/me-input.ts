import { z } from 'zod';
import { flag, metadata, optionalText } from '../../http/parameters.js';

/** What `PATCH /v1/me` takes. Attributes beyond these are switched off. */
export const updateMeSchema = z.strictObject({
  first_name: optionalText,
  last_name: optionalText,
  locale: optionalText,
  primary_email_address_id: z.string().nullish(),
});

/** What `PATCH /v1/me/metadata` takes: the rest of a user's metadata is for servers to change. */
export const updateMyMetadataSchema = z.strictObject({ unsafe_metadata: metadata });

/** What `POST /v1/me/change_password` takes. */
export const changePasswordSchema = z.strictObject({
  current_password: optionalText,
  new_password: z.string(),
  sign_out_of_other_sessions: flag.nullish(),
});
export type ChangePassword = z.output<typeof changePasswordSchema>;
