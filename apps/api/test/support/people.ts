import { randomUUID } from 'node:crypto';
import type { Person } from '@populatte/clerk-stub';

/** Everybody's, so that personal data is recognised wherever it should not be. */
export const emailDomain = 'people.example';
export const familyName = 'Testperson';

export type { Person };

/** @returns somebody whom nobody has seen before */
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
