import type { Profile } from '../../src/core/profile.js';
import { aClerkUser, type ClerkUser } from './clerk-users.js';

/** A fixed time, which is the origin of the tests' versions. In milliseconds since the epoch. */
export const someTime = Date.UTC(2026, 0, 15, 12);

/**
 * @param clerkUser the profile's user; a new one by default
 * @param at milliseconds after `someTime` at which it was true
 * @param exact whether that is a real `updated_at`
 */
export function aProfile(clerkUser: ClerkUser = aClerkUser(), at = 0, exact = true): Profile {
  return { ...clerkUser, version: { at: someTime + at, exact } };
}
