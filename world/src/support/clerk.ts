import { randomBytes } from 'node:crypto';
import {
  clerkUserJson,
  issuer,
  sessionClaims,
  signToken,
  webhookEvent,
  webhookHeaders,
  webhookSecret,
  webOrigin,
  type ClerkStub,
} from '@populatte/clerk-stub';

/** A user at Clerk. */
export interface ClerkUser {
  readonly clerkId: string;
  readonly email: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

/** @returns a user with a unique id and email address */
export function newClerkUser(name = 'Ada Lovelace'): ClerkUser {
  const id = randomBytes(12).toString('hex');
  return {
    clerkId: `user_2w${id}`,
    email: `${id}@people.example`,
    name,
    updatedAt: Date.now() - 60_000,
  };
}

/** Signs a session token with the profile's claims. */
export function tokenOf({ clerkId, email, name, updatedAt }: ClerkUser, clerk: ClerkStub): string {
  const claims = sessionClaims(clerkId, { iss: issuer, azp: webOrigin });
  return signToken(clerk.key, { ...claims, email, name, imageUrl: imageOf(clerkId), updatedAt });
}

/** A webhook as Clerk sends it: the body and Svix's headers. */
export function webhookAbout(
  { updatedAt, ...clerkUser }: ClerkUser,
  type: 'user.created' | 'user.updated' | 'user.deleted',
): { readonly body: string; readonly headers: Record<string, string> } {
  const data =
    type === 'user.deleted'
      ? { id: clerkUser.clerkId, object: 'user', deleted: true }
      : clerkUserJson({ ...clerkUser, imageUrl: imageOf(clerkUser.clerkId) }, updatedAt);
  const body = webhookEvent(type, data);
  return { body, headers: webhookHeaders(body, { secret: webhookSecret }) };
}

function imageOf(clerkId: string): string {
  return `https://img.clerk.com/${clerkId}`;
}
