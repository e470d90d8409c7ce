import { isUtf8 } from 'node:buffer';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { isClerkId } from '../../core/users/clerk-id.js';
import type { UserEvent } from '../../core/webhooks/user-event.js';
import { WebhookVerifier, type WebhookDelivery } from '../../core/webhooks/webhook-verifier.js';
import { WebhookInvalidError } from '../../core/webhooks/webhook.errors.js';
import { clerkUser } from './clerk-user.schema.js';

const envelope = z.object({ type: z.string(), data: z.unknown() });
const deletedUser = z.object({ id: z.string().refine(isClerkId) });

/** svix's names of the headers that the Standard Webhooks specification calls `webhook-…`. */
const headerNames = ['id', 'timestamp', 'signature'] as const;

/**
 * Reads Clerk's svix-signed webhooks. It is built on the library that `verifyWebhook` of
 * `@clerk/backend` is built on, rather than on that function, which wants a `Request` and decodes
 * the body before the signature is checked.
 */
export class ClerkWebhookVerifier extends WebhookVerifier {
  private readonly webhook: Webhook;

  /** @param signingSecret `whsec_…`, the endpoint's */
  constructor(signingSecret: string) {
    super();
    this.webhook = new Webhook(signingSecret);
  }

  override verify(delivery: WebhookDelivery): Promise<UserEvent> {
    // Settled either way: what is thrown becomes a rejection.
    return Promise.resolve().then(() => toUserEvent(this.authentic(delivery)));
  }

  /** @returns the body, once the signature over its bytes and the time of sending are right */
  private authentic({ body, headers }: WebhookDelivery): unknown {
    const signed: Record<string, string> = {};
    for (const name of headerNames) {
      const value = headers[`svix-${name}`]?.trim();
      if (value === undefined || value === '') {
        throw new WebhookInvalidError(`The webhook has no svix-${name} header.`);
      }
      // The library would read the number before any junk.
      if (name === 'timestamp' && !/^\d{1,12}$/.test(value)) {
        throw new WebhookInvalidError('The webhook’s svix-timestamp header is no time in seconds.');
      }
      signed[`webhook-${name}`] = value;
    }
    // The library signs text: bytes that decode to the same text must not pass for one another.
    if (!isUtf8(body)) throw new WebhookInvalidError('The webhook’s body is not UTF-8.');
    try {
      return this.webhook.verify(Buffer.from(body), signed);
    } catch (cause) {
      throw new WebhookInvalidError(
        'The webhook’s signature, timestamp or body is not right. Check CLERK_WEBHOOK_SIGNING_SECRET and this machine’s clock.',
        { cause },
      );
    }
  }
}

function toUserEvent(body: unknown): UserEvent {
  const { type, data } = parse(envelope, body);
  switch (type) {
    case 'user.created':
    case 'user.updated':
      return { type: 'profile', profile: parse(clerkUser, data) };
    case 'user.deleted':
      return { type: 'deletion', clerkId: parse(deletedUser, data).id };
    default:
      return { type: 'other' };
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path }) => path.join('.') || 'the body').join(', ');
  throw new WebhookInvalidError(`The webhook’s body is not a Clerk event: look at ${where}.`);
}
