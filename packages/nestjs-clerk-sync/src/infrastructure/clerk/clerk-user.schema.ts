import { z } from 'zod';
import { isClerkId, type Profile, toProfile, toVersion } from '../../core/profile.js';
import { fullName, lastInstant, toMilliseconds } from './profile-claims.js';

/** A user from Clerk before normalisation. */
export interface ClerkUser extends Omit<Profile, 'version'> {
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

const text = z.string().nullish().catch(null);

/**
 * The members of Clerk's `User` (Backend API 2026-05-12, and webhooks) that a profile needs. Only
 * id and version are required: without them the profile cannot be assigned or ordered.
 * `primary_email_address_id` may be null, or name an address that is not listed.
 */
export const clerkUser = z
  .object({
    id: z.string().refine(isClerkId),
    first_name: text,
    last_name: text,
    image_url: text,
    banned: z.boolean().nullish().catch(null),
    primary_email_address_id: text,
    email_addresses: z.array(z.object({ id: text, email_address: text })).nullish(),
    updated_at: z.unknown().transform((value, context) => {
      // Too large for a Date, but handled like any other time ahead of the clock: ignored.
      const isBeyondDates = typeof value === 'number' && value > lastInstant;
      const at = isBeyondDates ? lastInstant : toMilliseconds(value);
      if (at === null) context.addIssue({ code: 'custom', message: 'is not a time' });
      return at ?? z.NEVER;
    }),
  })
  .transform((user): ClerkUser => {
    const primaryId = user.primary_email_address_id ?? null;
    const primary = user.email_addresses?.find(({ id }) => primaryId !== null && id === primaryId);
    return {
      clerkId: user.id,
      email: primary?.email_address ?? null,
      name: fullName(user.first_name ?? null, user.last_name ?? null),
      imageUrl: user.image_url ?? null,
      ...(typeof user.banned === 'boolean' && { banned: user.banned }),
      updatedAt: user.updated_at,
    };
  });

/**
 * @param now milliseconds since the epoch; an `updated_at` more than 24 h ahead of it is ignored
 * @param otherwise the inexact version that the profile has then, in milliseconds since the epoch
 */
export function profileOf({ updatedAt, ...user }: ClerkUser, now: number, otherwise = 0): Profile {
  return toProfile({ ...user, version: toVersion(updatedAt, otherwise, now) });
}
