/** The paths of Clerk's components in this app, and where users go afterwards. */
export const clerkUrls = {
  signInUrl: '/sign-in',
  signUpUrl: '/sign-up',
  signInFallbackRedirectUrl: '/dashboard',
  signUpFallbackRedirectUrl: '/dashboard',
  afterSignOutUrl: '/',
} as const;

/** Catch-all pages: Clerk's components route below these paths themselves. */
export const clerkMountPaths = [clerkUrls.signInUrl, clerkUrls.signUpUrl, '/account'] as const;
