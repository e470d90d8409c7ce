import { buildPublishableKey } from '@clerk/shared/keys';
import { webEnvironment } from '@populatte/clerk-local';

/** The local Clerk's port unless `CLERK_LOCAL_PORT` is set. */
export const localClerkPort = 4010;

/**
 * The local instance's publishable key, which is not secret: Clerk puts it into every page. It is the
 * same in every checkout, so that a web app that was built for the local Clerk works with any of
 * them. clerk-js requires a host that ends like a development instance's; nothing is requested there.
 */
export const localPublishableKey = buildPublishableKey('populatte-local-1.clerk.accounts.dev');

/**
 * The build variables of a web app for the local Clerk at its default port. They include no secrets,
 * which the app reads when it starts.
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
