import { isUtf8 } from 'node:buffer';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { isClerkId } from '../../core/profile.js';
import {
  type UserEvent,
  type WebhookDelivery,
  type WebhookEvent,
  WebhookVerifier,
} from '../../core/webhook-verifier.js';
import { WebhookInvalidError, type WebhookRefusalReason } from '../../core/errors.js';
import type { Clock } from '../../core/clock.js';
import { clerkUser, profileOf } from './clerk-user.schema.js';
import { toMilliseconds } from './profile-claims.js';

const envelope = z.object({
  type: z.string(),
  data: z.unknown().optional(),
  // When the event happened: milliseconds in Clerk's guide, seconds in its published example. It may
  // be absent.
  timestamp: z.unknown().transform(toMilliseconds).optional(),
});
const clerkId = z.string().refine(isClerkId);
const deletedUser = z.object({ id: clerkId });
/** Ids of sessions are bounded like those of users. */
const endedSession = z.object({ id: clerkId, user_id: clerkId });

const webhookNames = z.enum([
  'user.created',
  'user.updated',
  'user.deleted',
  'session.ended',
  'session.removed',
  'session.revoked',
  'other',
]);

/** svix's names of the headers that the Standard Webhooks specification calls `webhook-…`. */
const headerNames = ['id', 'timestamp', 'signature'] as const;

/**
 * Verifies and parses Clerk's svix-signed webhooks, with the library behind `verifyWebhook` of
 * `@clerk/backend`. That function itself needs a `Request` and decodes the body before it checks the
 * signature.
 */
export class ClerkWebhookVerifier extends WebhookVerifier {
  private readonly webhooks: readonly Webhook[];

  /**
   * @param signingSecrets `whsec_…`: the endpoint's, and the previous one during a rotation; without
   *   any, every delivery is refused
   */
  constructor(
    signingSecrets: readonly string[],
    private readonly clock: Clock,
  ) {
    super();
    this.webhooks = signingSecrets.map((secret) => new Webhook(secret));
  }

  override get isEnabled(): boolean {
    return this.webhooks.length > 0;
  }

  override verify(delivery: WebhookDelivery): Promise<WebhookEvent> {
    // Rejects instead of throwing.
    return Promise.resolve().then(() => toWebhookEvent(this.authentic(delivery), this.clock.now()));
  }

  /** @returns the body, if the signature over its bytes and the timestamp are valid */
  private authentic({ body, headers }: WebhookDelivery): unknown {
    const signed: Record<string, string> = {};
    for (const name of headerNames) {
      const value = headers[`svix-${name}`]?.trim();
      if (value === undefined || value === '') {
        throw new WebhookInvalidError(`The webhook has no svix-${name} header.`, 'headers');
      }
      // The library would accept a number followed by junk.
      if (name === 'timestamp' && !/^\d{1,12}$/.test(value)) {
        throw new WebhookInvalidError(
          'The webhook’s svix-timestamp header is not a time in seconds.',
          'headers',
        );
      }
      signed[`webhook-${name}`] = value;
    }
    // The library signs text: different bytes that decode to the same text must not be
    // interchangeable.
    if (!isUtf8(body)) throw new WebhookInvalidError('The webhook’s body is not UTF-8.', 'body');
    let cause: unknown;
    for (const webhook of this.webhooks) {
      try {
        return webhook.verify(Buffer.from(body), signed);
      } catch (error) {
        cause = error;
        // It is parsed only if the signature is valid.
        if (error instanceof SyntaxError) break;
      }
    }
    throw new WebhookInvalidError(...explain(cause), { cause });
  }
}

/** @param cause of the library, whose errors differ only by their message */
function explain(cause: unknown): [message: string, reason: WebhookRefusalReason] {
  if (cause instanceof SyntaxError) return ['The webhook’s body is not JSON.', 'body'];
  return String(cause).includes('timestamp too')
    ? [
        'The webhook’s timestamp differs from this machine’s clock by over 5 minutes. Check the clock (NTP); a copy of an earlier delivery is also refused.',
        'timestamp',
      ]
    : [
        'The webhook’s signature does not match its body. Check CLERK_WEBHOOK_SIGNING_SECRET, and that no proxy changes the body.',
        'signature',
      ];
}

function toWebhookEvent(body: unknown, now: number): WebhookEvent {
  const { type, data, timestamp: occurredAt = null } = parse(envelope, body);
  const name = webhookNames.catch('other').parse(type);
  return { ...toUserEvent(name, data, now, occurredAt ?? 0), name, occurredAt };
}

function toUserEvent(
  name: WebhookEvent['name'],
  data: unknown,
  now: number,
  occurredAt: number,
): UserEvent {
  switch (name) {
    case 'user.created':
    case 'user.updated':
      return { type: 'profile', profile: profileOf(parse(clerkUser, data), now, occurredAt) };
    case 'user.deleted':
      return { type: 'deletion', clerkId: parse(deletedUser, data).id };
    case 'session.ended':
    case 'session.removed':
    case 'session.revoked': {
      const session = parse(endedSession, data);
      return { type: 'session end', clerkId: session.user_id, sessionId: session.id };
    }
    case 'other':
      return { type: 'other' };
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path }) => path.join('.') || 'the body').join(', ');
  throw new WebhookInvalidError(`The webhook’s body is not a Clerk event: check ${where}.`, 'body');
}
