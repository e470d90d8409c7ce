/** Where Clerk's components are in this app, and where they go afterwards. */
export const clerkUrls = {
  signInUrl: '/sign-in',
  signUpUrl: '/sign-up',
  signInFallbackRedirectUrl: '/dashboard',
  signUpFallbackRedirectUrl: '/dashboard',
  afterSignOutUrl: '/',
} as const;
