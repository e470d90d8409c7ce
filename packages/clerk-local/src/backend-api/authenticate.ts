import type { MiddlewareHandler } from 'hono';
import { ClerkApiError } from '../errors/clerk-api-error.js';

/** Lets those in who have the secret key, as `Authorization: Bearer sk_test_…`. */
export function authenticate(secretKey: string): MiddlewareHandler {
  const expected = `Bearer ${secretKey}`;
  return async (context, next) => {
    if (context.req.header('authorization') !== expected) {
      throw new ClerkApiError(
        401,
        'clerk_key_invalid',
        'The provided Clerk Secret Key is invalid.',
        {
          longMessage:
            'The Clerk Secret Key is missing or is not the one of this local instance. Check CLERK_SECRET_KEY.',
        },
      );
    }
    await next();
  };
}
