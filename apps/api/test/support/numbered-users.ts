import { clerkUserJson, type ClerkStub } from '@populatte/clerk-stub';

/** When these users last changed by default, in milliseconds since the epoch. */
export const start = Date.UTC(2026, 0, 1);

/** @returns the Clerk id of the user with this number */
export const id = (number: number): string => `user_${String(number).padStart(6, '0')}`;

/** Adds users `from` to `to` to Clerk, created a millisecond apart. */
export function addUsers(clerk: ClerkStub, from: number, to: number, updatedAt = start): void {
  for (let number = from; number <= to; number += 1) {
    const clerkUser = {
      clerkId: id(number),
      email: `user${number}@people.example`,
      name: `User ${number}`,
      imageUrl: null,
    };
    clerk.users.set(
      id(number),
      clerkUserJson(clerkUser, updatedAt, { created_at: start + number }),
    );
  }
}
