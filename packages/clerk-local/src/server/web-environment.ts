import type { ClerkLocal } from './clerk-local.js';

/** The scripts of clerk-js and Clerk's components. The instance ignores the version. */
export const clerkJsPath = '/npm/@clerk/clerk-js@6/dist/clerk.browser.js';
export const clerkUiPath = '/npm/@clerk/ui@1/dist/ui.browser.js';
const signedInUrl = '/dashboard';

/** The properties of an instance from which `webEnvironment` derives the variables. */
export type WebEnvironmentInput = Pick<
  ClerkLocal,
  'url' | 'publishableKey' | 'secretKey' | 'webhookSigningSecret'
>;

/**
 * Returns the environment variables that connect a Next.js app with `@clerk/nextjs` to the
 * instance. Clerk's scripts and APIs come from the instance; nothing is sent to Clerk or Vercel.
 *
 * Next.js inlines `NEXT_PUBLIC_*` at build time, so the build works with this instance only.
 */
export function webEnvironment(clerk: WebEnvironmentInput): Record<string, string> {
  return {
    NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_WEBHOOK_SIGNING_SECRET: clerk.webhookSigningSecret,
    CLERK_API_URL: clerk.url,
    NEXT_PUBLIC_CLERK_PROXY_URL: clerk.url,
    // Without these two, the SDK loads its scripts over https even if the proxy URL is http.
    NEXT_PUBLIC_CLERK_JS_URL: new URL(clerkJsPath, clerk.url).href,
    NEXT_PUBLIC_CLERK_UI_URL: new URL(clerkUiPath, clerk.url).href,
    NEXT_PUBLIC_CLERK_SIGN_IN_URL: '/sign-in',
    NEXT_PUBLIC_CLERK_SIGN_UP_URL: '/sign-up',
    NEXT_PUBLIC_CLERK_SIGN_IN_FALLBACK_REDIRECT_URL: signedInUrl,
    NEXT_PUBLIC_CLERK_SIGN_UP_FALLBACK_REDIRECT_URL: signedInUrl,
    NEXT_PUBLIC_CLERK_TELEMETRY_DISABLED: '1',
    NEXT_PUBLIC_CLERK_KEYLESS_DISABLED: '1',
    NEXT_TELEMETRY_DISABLED: '1',
  };
}
