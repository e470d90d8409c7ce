import { z } from 'zod';

export const webhookEventTypeSchema = z.enum(['user.created', 'user.updated', 'user.deleted']);
export type WebhookEventType = z.infer<typeof webhookEventTypeSchema>;

/** A webhook on its way. Stored until it is delivered or given up. */
export const webhookMessageSchema = z.object({
  /** Unique in the queue: a duplicate has a key of its own. */
  key: z.string(),
  /** The `svix-id`: the same for every attempt, and for a duplicate. */
  id: z.string(),
  type: webhookEventTypeSchema,
  userId: z.string(),
  /** The exact text that is signed and sent. */
  body: z.string(),
  /** Attempts already made. */
  attempts: z.int().nonnegative(),
});
export type WebhookMessage = z.infer<typeof webhookMessageSchema>;
