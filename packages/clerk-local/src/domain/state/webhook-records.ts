import { z } from 'zod';

/** The types of the events that are sent as webhooks. */
export const webhookEventTypeSchema = z.enum([
  'email.created',
  'organization.created',
  'organization.updated',
  'organization.deleted',
  'organizationDomain.created',
  'organizationDomain.updated',
  'organizationDomain.deleted',
  'organizationInvitation.created',
  'organizationInvitation.accepted',
  'organizationInvitation.revoked',
  'organizationMembership.created',
  'organizationMembership.updated',
  'organizationMembership.deleted',
  'permission.created',
  'permission.updated',
  'permission.deleted',
  'role.created',
  'role.updated',
  'role.deleted',
  'session.created',
  'session.ended',
  'session.pending',
  'session.removed',
  'session.revoked',
  'sms.created',
  'user.created',
  'user.updated',
  'user.deleted',
  'waitlistEntry.created',
  'waitlistEntry.updated',
]);
export type WebhookEventType = z.infer<typeof webhookEventTypeSchema>;

/** Called with every change before the store is committed, so that both are stored together. */
export type EmitEvent = (type: WebhookEventType, data: object, userId?: string) => void;

/** A pending webhook. It is stored until it is delivered or its last attempt fails. */
export const webhookMessageSchema = z.object({
  /** Unique in the queue: a duplicate has its own key. */
  key: z.string(),
  /** The `svix-id`: the same for every attempt and for a duplicate. */
  id: z.string(),
  type: webhookEventTypeSchema,
  /** The user that a `user.…` event is about; empty for other events. */
  userId: z.string(),
  /** The endpoint. Missing in files of earlier versions, which had one endpoint. */
  url: z.string().optional(),
  /** The exact text that is signed and sent. */
  body: z.string(),
  /** The number of attempts made so far. */
  attempts: z.int().nonnegative(),
});
export type WebhookMessage = z.infer<typeof webhookMessageSchema>;
