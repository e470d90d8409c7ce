import { z } from 'zod';

/** A phone number in the format E.164, such as `+15555550100`. Spaces and hyphens are removed. */
export const phoneNumber = z
  .string()
  .transform((text) => text.replace(/[\s().-]/g, ''))
  .pipe(z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be a phone number such as +15555550100'));
