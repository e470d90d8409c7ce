import { z } from 'zod';

/** A public key on the curve P-256. */
export const deviceKeySchema = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
});
export type DeviceKey = z.infer<typeof deviceKeySchema>;

/** A device whose native application signs in with a key. Times are milliseconds since the epoch. */
export const trustedDeviceRecordSchema = z.object({
  id: z.string(),
  platform: z.enum(['ios', 'android']),
  appIdentifier: z.string(),
  name: z.string().nullable(),
  publicKey: deviceKeySchema,
  createdAt: z.number(),
  updatedAt: z.number(),
  lastUsedAt: z.number().nullable(),
  /** `null` while the device is trusted. */
  revokedAt: z.number().nullable(),
});
export type TrustedDeviceRecord = z.infer<typeof trustedDeviceRecordSchema>;

/** The challenge for a device to sign. */
export const deviceChallengeSchema = z.object({
  id: z.string(),
  /** In base64url. */
  challenge: z.string(),
  /** The text to sign: JSON with the challenge and what it is for. */
  clientData: z.string(),
  /** Milliseconds since the epoch. */
  expiresAt: z.number(),
});
export type DeviceChallenge = z.infer<typeof deviceChallengeSchema>;
