import { webEnvironment } from '@populatte/clerk-local';
import { localClerkPort, localPublishableKey } from './local-clerk.js';

/**
 * What a web app is built with for the local Clerk at its usual port. Secrets are none of it: they
 * are read when the app is started.
 */
export function localWebBuildEnvironment(): Record<string, string> {
  const { CLERK_SECRET_KEY, CLERK_WEBHOOK_SIGNING_SECRET, ...environment } = webEnvironment({
    url: `http://127.0.0.1:${localClerkPort}`,
    publishableKey: localPublishableKey,
    secretKey: '',
    webhookSigningSecret: '',
  });
  return environment;
}
