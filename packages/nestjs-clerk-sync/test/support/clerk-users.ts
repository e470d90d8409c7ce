import { randomUUID } from 'node:crypto';
import type { ClerkUser } from '@populatte/clerk-stub';

/** Part of every user, so that leaked personal data is recognised. */
export const emailDomain = 'people.example';
export const familyName = 'Testperson';

export type { ClerkUser };

/** @returns a user that does not exist yet */
export function aClerkUser(given: Partial<ClerkUser> = {}): ClerkUser {
  const key = randomUUID().replaceAll('-', '').slice(0, 20);
  return {
    clerkId: `user_${key}`,
    email: `${key}@${emailDomain}`,
    name: `Ada ${familyName}`,
    imageUrl: `https://img.${emailDomain}/${key}.png`,
    ...given,
  };
}
