import { z } from 'zod';

/** A passkey of a user. Times are milliseconds since the epoch. */
export const passkeyRecordSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** The authenticator's id of the credential, in base64url. */
  credentialId: z.string(),
  /** In the format COSE, in base64url. */
  publicKey: z.string(),
  /** The authenticator's count of its signatures. It never decreases. */
  counter: z.number(),
  lastUsedAt: z.number().nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type PasskeyRecord = z.infer<typeof passkeyRecordSchema>;

/** The challenge for an authenticator to sign. */
const passkeyChallengeSchema = z.object({
  /** In base64url. */
  challenge: z.string(),
  /** The origin of the application's page. */
  origin: z.string(),
});
export type PasskeyChallenge = z.infer<typeof passkeyChallengeSchema>;

/** A challenge that a sign-in waits for. */
export const passkeyRequestSchema = passkeyChallengeSchema.extend({
  /** The options of `navigator.credentials.get()` as JSON. */
  nonce: z.string(),
});
export type PasskeyRequest = z.infer<typeof passkeyRequestSchema>;
