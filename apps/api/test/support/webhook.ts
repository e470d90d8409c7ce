import { createHmac, randomUUID } from 'node:crypto';
import type { ApiProcess } from './api-process.js';
import type { Answer, Outgoing } from './send.js';
import { nowInSeconds } from './session-token.js';

/** The endpoint's, in the environment of the APIs that the tests start. */
export const signingSecret = `whsec_${Buffer.from('the-e2e-tests-signing-secret').toString('base64')}`;

export interface WebhookOptions {
  readonly secret?: string;
  readonly id?: string;
  /** Seconds since the epoch. */
  readonly timestamp?: number;
  /** Beside the signature's own; `undefined` takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** An event as Clerk words it. */
export function anEvent(type: string, data: unknown): string {
  return JSON.stringify({
    data,
    object: 'event',
    type,
    timestamp: Date.now(),
    instance_id: 'ins_e2e',
    event_attributes: {},
  });
}

/** `v1,` and base64 of HMAC-SHA256 over id, time and the very bytes (docs.svix.com, "Verifying webhooks manually"). */
export function signature(
  secret: string,
  id: string,
  timestamp: number,
  body: string | Buffer,
): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

/** A delivery as svix makes it, ready to be sent. */
export function aDelivery(
  body: string | Buffer,
  { secret = signingSecret, id, timestamp = nowInSeconds(), headers = {} }: WebhookOptions = {},
): Outgoing {
  const messageId = id ?? `msg_${randomUUID()}`;
  const all: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'svix-id': messageId,
    'svix-timestamp': String(timestamp),
    'svix-signature': signature(secret, messageId, timestamp, body),
    ...headers,
  };
  const sent = Object.entries(all).filter(([, value]) => value !== undefined);
  return { method: 'POST', body, headers: Object.fromEntries(sent) };
}

/** Delivers an event that is right in every way. */
export function deliver(api: ApiProcess, type: string, data: unknown): Promise<Answer> {
  return api.send('/webhooks/clerk', aDelivery(anEvent(type, data)));
}
