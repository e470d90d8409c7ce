import {
  clerkUserJson,
  issuer,
  sessionClaims,
  webhookEvent,
  webhookHeaders,
  webhookSecret,
  webOrigin,
  type Claims,
} from '@populatte/clerk-stub';
import { profileUpdatedAt, type BenchUser } from './bench-users.js';

/**
 * The claims of a session token (version 2, 60 s) with the profile's claims that
 * `docs/guides/real-keys.md` names.
 *
 * @param updatedAt of the profile, in milliseconds since the epoch
 */
export function tokenPayload(
  { clerkId, email, name, imageUrl }: BenchUser,
  updatedAt = profileUpdatedAt,
): Claims {
  const claims = sessionClaims(clerkId, { iss: issuer, azp: webOrigin });
  return { ...claims, email, imageUrl, name, updatedAt };
}

/**
 * Delivers `user.updated` as Clerk does.
 *
 * @param port of the API on this machine
 * @param updatedAt of the profile, in milliseconds since the epoch
 * @throws Error if the response does not acknowledge an update
 */
export async function deliverUpdate(
  port: number,
  user: BenchUser,
  updatedAt: number,
): Promise<void> {
  await deliver(port, 'user.updated', clerkUserJson(user, updatedAt), 'updated');
}

/**
 * Delivers an event as Clerk does.
 *
 * @throws Error when the answer has another outcome
 */
export async function deliver(
  port: number,
  type: string,
  data: object,
  outcome: string,
): Promise<void> {
  const body = webhookEvent(type, data);
  const response = await fetch(`http://127.0.0.1:${port}/webhooks/clerk`, {
    method: 'POST',
    body,
    headers: webhookHeaders(body, { secret: webhookSecret }),
  });
  const answer = await response.text();
  if (!answer.includes(`"outcome":"${outcome}"`)) {
    throw new Error(`${type} is not ${outcome}: ${response.status} ${answer}`);
  }
}
