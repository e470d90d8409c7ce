import { z } from 'zod';
import { isClerkId } from '../../core/users/clerk-id.js';

/**
 * Categories of token that are session tokens: Clerk's own, and the one of instances that do not
 * tell categories apart. Template and machine tokens are signed with the same key.
 */
const sessionCategories = ['cl_B7d4PD111AAA', 'cl_I7d4PD111III'] as const;

/** The protected header, as far as it tells a session token from another (RFC 8725, 3.11 and 3.12). */
export const sessionHeader = z.object({
  typ: z.string().regex(/^jwt$/i).optional(),
  cat: z.enum(sessionCategories).optional(),
  // No extension is understood here, so none may be critical (RFC 7515, 4.1.11).
  crit: z.undefined().optional(),
});

/**
 * The claims that every session token has (Clerk, "Session tokens", version 2). Times are
 * NumericDates; `nbf` may be absent, and jose checks it where it is not.
 */
export const sessionClaims = z.object({
  sub: z.string().refine(isClerkId),
  sid: z.string().min(1),
  // A version is made of it, which must fit the database.
  iat: z.number().nonnegative(),
  exp: z.number(),
  azp: z.string(),
  sts: z.enum(['active', 'pending']).optional(),
});
