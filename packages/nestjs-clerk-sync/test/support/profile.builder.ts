import type { Profile } from '../../src/core/profile.js';
import { aPerson, type Person } from './people.js';

/** A fixed time, which is the origin of the tests' versions. In milliseconds since the epoch. */
export const someTime = Date.UTC(2026, 0, 15, 12);

/**
 * @param person the profile's user; a new one by default
 * @param at milliseconds after `someTime` at which it was true
 * @param exact whether that is a real `updated_at`
 */
export function aProfile(person: Person = aPerson(), at = 0, exact = true): Profile {
  return { ...person, version: { at: someTime + at, exact } };
}
