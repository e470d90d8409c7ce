import { expect, test } from 'vitest';
import { webEnvironment } from '../../src/index.js';
import { aClerkLocal } from '../support/clerk-local.js';

test('webEnvironment() connects a web app to the instance only', async () => {
  const clerk = await aClerkLocal();

  expect(webEnvironment(clerk)).toEqual({
    NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_WEBHOOK_SIGNING_SECRET: clerk.webhookSigningSecret,
    CLERK_API_URL: clerk.url,
    NEXT_PUBLIC_CLERK_PROXY_URL: clerk.url,
    NEXT_PUBLIC_CLERK_JS_URL: `${clerk.url}/npm/@clerk/clerk-js@6/dist/clerk.browser.js`,
    NEXT_PUBLIC_CLERK_UI_URL: `${clerk.url}/npm/@clerk/ui@1/dist/ui.browser.js`,
    NEXT_PUBLIC_CLERK_SIGN_IN_URL: '/sign-in',
    NEXT_PUBLIC_CLERK_SIGN_UP_URL: '/sign-up',
    NEXT_PUBLIC_CLERK_SIGN_IN_FALLBACK_REDIRECT_URL: '/dashboard',
    NEXT_PUBLIC_CLERK_SIGN_UP_FALLBACK_REDIRECT_URL: '/dashboard',
    NEXT_PUBLIC_CLERK_TELEMETRY_DISABLED: '1',
    NEXT_PUBLIC_CLERK_KEYLESS_DISABLED: '1',
    NEXT_TELEMETRY_DISABLED: '1',
  });
});
