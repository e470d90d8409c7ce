import { randomUUID } from 'node:crypto';
import type { Person } from '@populatte/clerk-stub';

/** Part of every user, so that leaked personal data is recognised. */
export const emailDomain = 'people.example';
export const familyName = 'Testperson';

export type { Person };

/** @returns a user that does not exist yet */
export function aPerson(given: Partial<Person> = {}): Person {
  const key = randomUUID().replaceAll('-', '').slice(0, 20);
  return {
    clerkId: `user_${key}`,
    email: `${key}@${emailDomain}`,
    name: `Ada ${familyName}`,
    imageUrl: `https://img.${emailDomain}/${key}.png`,
    ...given,
  };
}
