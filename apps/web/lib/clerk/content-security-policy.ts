import type { ClerkMiddlewareOptions } from '@clerk/nextjs/server';
import { localInstanceUrl, type PublicEnv } from '@/lib/env/public-env';

type Policy = NonNullable<ClerkMiddlewareOptions['contentSecurityPolicy']>;

/**
 * Clerk's strict policy (scripts need an answer's own nonce), narrowed where this app can, and
 * widened by the API and, in a build for it, the local Clerk.
 */
export function contentSecurityPolicy(env: PublicEnv): Policy {
  const clerk = localInstanceUrl(env);
  const local = clerk === undefined ? [] : [new URL(clerk).origin];
  // The local Clerk names its pictures by the address that it listens on, whatever it is called by.
  const localPictures = clerk === undefined ? [] : ['http://localhost:*', 'http://127.0.0.1:*'];
  return {
    strict: true,
    directives: {
      'connect-src': [new URL(env.NEXT_PUBLIC_API_URL).origin, ...local],
      'img-src': ['data:', ...localPictures],
      'font-src': ["'self'"],
      'base-uri': ["'self'"],
      'frame-ancestors': ["'none'"],
      'object-src': ["'none'"],
    },
  };
}
