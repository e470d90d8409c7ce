import type { ClerkLocal } from './clerk-local.js';

/** Where clerk-js and its components are; the version in the path is of no consequence here. */
const CLERK_JS_PATH = '/npm/@clerk/clerk-js@6/dist/clerk.browser.js';
const CLERK_UI_PATH = '/npm/@clerk/ui@1/dist/ui.browser.js';
const SIGNED_IN_URL = '/dashboard';

/** The parts of a running instance that an application is configured with. */
export type WebEnvironmentInput = Pick<
  ClerkLocal,
  'url' | 'publishableKey' | 'secretKey' | 'webhookSigningSecret'
>;

/**
 * The variables with which a Next.js app and `@clerk/nextjs` use the instance and nothing else:
 * Clerk's scripts and APIs come from it, and nothing is sent to Clerk or to Vercel.
 *
 * `NEXT_PUBLIC_*` is inlined when the app is built, so a build for a local instance stays one.
 */
export function webEnvironment(clerk: WebEnvironmentInput): Record<string, string> {
  return {
    NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_WEBHOOK_SIGNING_SECRET: clerk.webhookSigningSecret,
    CLERK_API_URL: clerk.url,
    NEXT_PUBLIC_CLERK_PROXY_URL: clerk.url,
    // Without these two the SDK asks for its scripts over https, whatever the proxy's scheme.
    NEXT_PUBLIC_CLERK_JS_URL: new URL(CLERK_JS_PATH, clerk.url).href,
    NEXT_PUBLIC_CLERK_UI_URL: new URL(CLERK_UI_PATH, clerk.url).href,
    NEXT_PUBLIC_CLERK_SIGN_IN_URL: '/sign-in',
    NEXT_PUBLIC_CLERK_SIGN_UP_URL: '/sign-up',
    NEXT_PUBLIC_CLERK_SIGN_IN_FALLBACK_REDIRECT_URL: SIGNED_IN_URL,
    NEXT_PUBLIC_CLERK_SIGN_UP_FALLBACK_REDIRECT_URL: SIGNED_IN_URL,
    NEXT_PUBLIC_CLERK_TELEMETRY_DISABLED: '1',
    NEXT_PUBLIC_CLERK_KEYLESS_DISABLED: '1',
    NEXT_TELEMETRY_DISABLED: '1',
  };
}
