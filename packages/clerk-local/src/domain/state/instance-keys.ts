import { createHash, randomBytes, randomInt } from 'node:crypto';
import { z } from 'zod';
import { ClerkLocalError } from '../shared/clerk-local-error.js';
import { base62 } from '../shared/ids.js';

/** How to fix a key that does not have Clerk's format. */
const copyKeyAction =
  'Omit the key to generate one, or copy the whole key of a development instance.';

const publishableKeyPrefix = 'pk_test_';
/** clerk-js creates a development browser only for hosts under this domain. */
const developmentDomain = '.accounts.dev';

/** The keys with which an application is configured. */
export const instanceKeysSchema = z.object({
  publishableKey: z.string(),
  secretKey: z.string(),
  webhookSigningSecret: z.string(),
});
export type InstanceKeys = z.infer<typeof instanceKeysSchema>;

/**
 * Returns the instance's keys: the given key, else the stored key, else a new random key.
 *
 * @throws {ClerkLocalError} `invalid_option` for a key that does not have Clerk's format
 */
export function resolveInstanceKeys(
  given: { readonly [Key in keyof InstanceKeys]?: string | undefined },
  stored: InstanceKeys | undefined,
): InstanceKeys {
  const keys = {
    publishableKey: given.publishableKey ?? stored?.publishableKey ?? newPublishableKey(),
    secretKey: given.secretKey ?? stored?.secretKey ?? `sk_test_${randomText()}`,
    webhookSigningSecret:
      given.webhookSigningSecret ??
      stored?.webhookSigningSecret ??
      `whsec_${randomBytes(24).toString('base64')}`,
  };
  frontendApiHost(keys.publishableKey);
  requireForm(
    keys.secretKey,
    /^sk_test_\S+$/,
    'secret key',
    'sk_test_ followed by text without spaces',
  );
  requireForm(
    keys.webhookSigningSecret,
    /^whsec_[A-Za-z0-9+/]{16,}={0,2}$/,
    'webhook signing secret',
    'whsec_ followed by at least 12 bytes in base64',
  );
  return keys;
}

/** Returns the token issuer: `https://` and the publishable key's host, which is never contacted. */
export function issuerOf(publishableKey: string): string {
  return `https://${frontendApiHost(publishableKey)}`;
}

/** Derives the instance id (`ins_…`) from the publishable key. */
export function instanceIdOf(publishableKey: string): string {
  return `ins_${base62(createHash('sha256').update(publishableKey).digest())}`;
}

function randomText(): string {
  return base62(randomBytes(27));
}

function requireForm(value: string, form: RegExp, name: string, description: string): void {
  if (form.test(value)) return;
  throw new ClerkLocalError('invalid_option', `The ${name} is not ${description}.`, copyKeyAction);
}

/** Encodes a Frontend API host as a publishable key: `pk_test_` and base64 of the host and `$`. */
export function publishableKeyOf(host: string): string {
  return `${publishableKeyPrefix}${Buffer.from(`${host}$`).toString('base64')}`;
}

/**
 * Creates a key for a made-up host, such as `local-483920-17.clerk.accounts.dev`. The host is never
 * contacted.
 */
function newPublishableKey(): string {
  return publishableKeyOf(
    `local-${randomInt(1_000_000).toString()}-${randomInt(100).toString()}.clerk${developmentDomain}`,
  );
}

/**
 * Decodes the Frontend API host from a publishable key.
 *
 * @throws {ClerkLocalError} `invalid_option`
 */
function frontendApiHost(publishableKey: string): string {
  const encoded = publishableKey.slice(publishableKeyPrefix.length);
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const host = decoded.slice(0, -1);
  if (
    !publishableKey.startsWith(publishableKeyPrefix) ||
    !decoded.endsWith('$') ||
    !host.endsWith(developmentDomain) ||
    !/^[a-z0-9.-]+$/.test(host)
  ) {
    throw new ClerkLocalError(
      'invalid_option',
      `The publishable key is not ${publishableKeyPrefix} followed by a host under ` +
        `${developmentDomain.slice(1)} and "$" in base64.`,
      copyKeyAction,
    );
  }
  return host;
}
