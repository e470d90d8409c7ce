import { z } from 'zod';
import { isClerkId } from '../../core/users/clerk-id.js';

/** A number that is compared and nothing else, so it may be one that JSON reads as infinite (1e999). */
const comparedTime = z.custom<number>((value) => typeof value === 'number');

/**
 * The claims that every session token has (Clerk, "Session tokens", version 2), `iss` and `azp`
 * apart. Times are NumericDates; `nbf` may be absent.
 */
export const sessionClaims = z.object({
  sub: z.string().refine(isClerkId),
  sid: z.string().min(1),
  // A version is made of it, which must fit the database.
  iat: z.number().nonnegative(),
  exp: comparedTime,
  nbf: comparedTime.optional(),
  sts: z.enum(['active', 'pending']).optional(),
});
export type SessionClaims = z.output<typeof sessionClaims>;
