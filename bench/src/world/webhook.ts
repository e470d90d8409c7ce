import { createHmac, randomUUID } from 'node:crypto';
import { signingSecret } from './instance.js';
import type { Person } from './people.js';

const key = Buffer.from(signingSecret.replace('whsec_', ''), 'base64');

/**
 * Delivers `user.updated` as Clerk does, signed by svix's scheme.
 *
 * @param port the API's, on this machine
 * @param updatedAt of the profile, in milliseconds since the epoch
 * @throws Error when it is not acknowledged as an update
 */
export async function deliverUpdate(
  port: number,
  person: Person,
  updatedAt: number,
): Promise<void> {
  const id = `msg_${randomUUID()}`;
  const timestamp = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({
    type: 'user.updated',
    object: 'event',
    data: asClerk(person, updatedAt),
  });
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  const response = await fetch(`http://127.0.0.1:${port}/webhooks/clerk`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'svix-id': id,
      'svix-timestamp': String(timestamp),
      'svix-signature': `v1,${digest}`,
    },
  });
  const answer = await response.text();
  if (!answer.includes('"outcome":"updated"')) {
    throw new Error(`A webhook updated nothing: ${response.status} ${answer}`);
  }
}

/** A user as Clerk's webhooks show one. */
function asClerk(
  { clerkId, email, name, imageUrl }: Person,
  updatedAt: number,
): Readonly<Record<string, unknown>> {
  const [firstName, ...rest] = name.split(' ');
  return {
    id: clerkId,
    object: 'user',
    first_name: firstName,
    last_name: rest.join(' '),
    image_url: imageUrl,
    primary_email_address_id: 'idn_primary',
    email_addresses: [{ id: 'idn_primary', object: 'email_address', email_address: email }],
    created_at: updatedAt,
    updated_at: updatedAt,
  };
}
