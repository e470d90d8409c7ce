import { clerkMiddleware } from '@clerk/nextjs/server';
import { readPublicEnv } from './env';
import { clerkUrls } from './lib/clerk/urls';
import { contentSecurityPolicy } from './lib/clerk/content-security-policy';

/**
 * Tells pages who asks; protects nothing. Whatever needs a signed-in person protects itself with
 * `auth.protect()`, so that a path that this matcher misses is refused, not let through.
 */
export default clerkMiddleware({
  signInUrl: clerkUrls.signInUrl,
  signUpUrl: clerkUrls.signUpUrl,
  contentSecurityPolicy: contentSecurityPolicy(readPublicEnv()),
});

/** Everything but Next's own files and static ones, as Clerk's documentation has it. */
export const config = {
  matcher: [
    '/((?!_next|[^?]*\\.(?:html?|css|js(?!on)|jpe?g|webp|png|gif|svg|ttf|woff2?|ico|csv|docx?|xlsx?|zip|webmanifest)).*)',
    '/(api|trpc)(.*)',
  ],
};
