import type { ClerkMiddlewareOptions } from '@clerk/nextjs/server';
import { localInstanceUrl, type PublicEnv } from '@/lib/env/public-env';

type Policy = NonNullable<ClerkMiddlewareOptions['contentSecurityPolicy']>;

/**
 * Clerk's strict policy (scripts need the response's nonce), narrowed where this app allows it,
 * plus the API's origin and, in a local build, the local Clerk.
 */
export function contentSecurityPolicy(env: PublicEnv): Policy {
  const clerk = localInstanceUrl(env);
  const local = clerk === undefined ? [] : [new URL(clerk).origin];
  // The local Clerk's picture URLs use the address that it listens on, not the one in the build.
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

/** The policy of a response that is not a page, such as a redirect: it loads and runs nothing. */
export function emptyPagePolicy(): string {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  return [
    "base-uri 'none'",
    "default-src 'none'",
    "frame-ancestors 'none'",
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
}
