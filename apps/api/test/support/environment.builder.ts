import { generateKeyPairSync } from 'node:crypto';

/** The Frontend API of the environment's instance. */
export const frontendApi = 'instance.clerk.accounts.dev';

/** @returns a publishable key in Clerk's format */
export function publishableKey(mode: 'test' | 'live', host = frontendApi): string {
  return `pk_${mode}_${Buffer.from(`${host}$`).toString('base64')}`;
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** The required variables only, overridden by those of a test. */
export function anEnvironment(given: Variables = {}): Variables {
  return {
    CLERK_SECRET_KEY: 'sk_test_2b6EX4MP1E',
    CLERK_PUBLISHABLE_KEY: publishableKey('test'),
    CLERK_WEBHOOK_SIGNING_SECRET: `whsec_${Buffer.from('a signing secret of a test').toString('base64')}`,
    DATABASE_URL: 'postgres://user:password@localhost:5432/populatte',
    ...given,
  };
}

/** @returns a public key in PEM (SPKI) */
export function publicKeyPem(bits = 2048): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

/** Live keys, with an origin that they work with. */
export const liveKeys = {
  CLERK_SECRET_KEY: 'sk_live_2b6EX4MP1E',
  CLERK_PUBLISHABLE_KEY: publishableKey('live', 'clerk.example.com'),
  WEB_URL: 'https://app.example.com',
};
