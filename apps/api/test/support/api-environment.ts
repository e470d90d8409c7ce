import { publishableKey } from '@populatte/clerk-stub';
import { signingSecret } from './webhook.js';

export interface ApiEnvironment {
  readonly databaseUrl: string;
  readonly clerk: { readonly url: string; readonly secretKey: string };
  readonly extra?: Readonly<Record<string, string>>;
}

/**
 * `CACHES=off npm run test:all -w @populatte/api`: runs the same tests on an API that caches
 * nothing.
 */
const caches =
  process.env['CACHES'] === 'off'
    ? { TOKEN_CACHE_ENABLED: 'false', USER_CACHE_ENABLED: 'false' }
    : {};

/** The contract's variables for an API under test, and no others. */
export function apiEnvironment({
  databaseUrl,
  clerk,
  extra = {},
}: ApiEnvironment): Record<string, string> {
  return {
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: publishableKey,
    CLERK_WEBHOOK_SIGNING_SECRET: signingSecret,
    CLERK_API_URL: clerk.url,
    DATABASE_URL: databaseUrl,
    HOST: '127.0.0.1',
    PORT: '0',
    // Tests that stop an API need no drain; the tests of the drain set it.
    SHUTDOWN_DRAIN_MS: '0',
    ...caches,
    ...extra,
  };
}
