import { z } from 'zod';

/** How a session is stored. Times are milliseconds since the epoch. */
export const sessionRecordSchema = z.object({
  id: z.string(),
  clientId: z.string(),
  userId: z.string(),
  status: z.enum(['active', 'revoked', 'ended', 'expired', 'removed', 'abandoned', 'replaced']),
  createdAt: z.number(),
  updatedAt: z.number(),
  lastActiveAt: z.number(),
  expireAt: z.number(),
  abandonAt: z.number(),
});
export type SessionRecord = z.infer<typeof sessionRecordSchema>;
