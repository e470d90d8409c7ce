import fc from 'fast-check';
import { clerkUserJson } from '@populatte/clerk-stub';
import { anyJson, anyText, anyTime } from './arbitraries.js';
import type { ClerkUser } from './clerk-users.js';
import { anEvent } from './signed-webhook.js';

/**
 * Events similar to Clerk's user events, in which any field may be different.
 *
 * @param version of the valid events, in milliseconds since the epoch
 */
export function anyEvent(clerkUser: ClerkUser, version: number): fc.Arbitrary<string> {
  const oftenRight = (right: unknown, others: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 4, arbitrary: fc.constant(right) }, others);
  const address = fc.record(
    { id: oftenRight('idn_primary', anyJson), email_address: fc.oneof(anyText, anyJson) },
    { requiredKeys: [] },
  );
  // Both a user and, by its `user_id`, a session of that user.
  const user: Readonly<Record<string, unknown>> = {
    ...clerkUserJson(clerkUser, version),
    user_id: clerkUser.clerkId,
  };
  const data = fc.record({
    id: oftenRight(clerkUser.clerkId, anyJson),
    first_name: fc.oneof(anyText, anyJson),
    last_name: fc.oneof(anyText, anyJson),
    image_url: fc.oneof(anyText, anyJson),
    primary_email_address_id: oftenRight('idn_primary', anyJson),
    email_addresses: oftenRight(user['email_addresses'], fc.oneof(fc.array(address), anyJson)),
    updated_at: oftenRight(version, anyTime(version)),
    banned: oftenRight(false, fc.oneof(fc.boolean(), anyJson)),
    user_id: oftenRight(clerkUser.clerkId, anyJson),
  });
  const type = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('user.created', 'user.updated', 'user.deleted') },
    fc.constantFrom('session.ended', 'session.removed', 'session.revoked'),
    fc.constantFrom('session.created', 'user.', 'User.created'),
    anyText,
  );
  return fc
    .tuple(type, oftenRight(user, fc.oneof(data, data, anyJson)))
    .map(([name, about]) => anEvent(name, about));
}
