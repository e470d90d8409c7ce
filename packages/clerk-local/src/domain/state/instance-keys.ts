import { createHash, randomBytes, randomInt } from 'node:crypto';
import { z } from 'zod';
import { ClerkLocalError } from '../shared/clerk-local-error.js';
import { base62 } from '../shared/ids.js';

/** The keys that an application is configured with. */
export const instanceKeysSchema = z.object({
  publishableKey: z.string(),
  secretKey: z.string(),
  webhookSigningSecret: z.string(),
});
export type InstanceKeys = z.infer<typeof instanceKeysSchema>;

/**
 * The instance's keys: what is given, else what was stored, else new random ones.
 *
 * @throws {ClerkLocalError} `invalid_option` for a key that is not of Clerk's form
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
  requireForm(keys.secretKey, /^sk_test_\S+$/, 'secret key', 'sk_test_ and text without spaces');
  requireForm(
    keys.webhookSigningSecret,
    /^whsec_[A-Za-z0-9+/]{16,}={0,2}$/,
    'webhook signing secret',
    'whsec_ and base64 of at least 12 bytes',
  );
  return keys;
}

/** The token issuer: `https://` and the publishable key's host, which is never contacted. */
export function issuerOf(publishableKey: string): string {
  return `https://${frontendApiHost(publishableKey)}`;
}

/** `ins_…`, the same for the same publishable key. */
export function instanceIdOf(publishableKey: string): string {
  return `ins_${base62(createHash('sha256').update(publishableKey).digest())}`;
}

function randomText(): string {
  return base62(randomBytes(27));
}

function requireForm(value: string, form: RegExp, name: string, description: string): void {
  if (form.test(value)) return;
  throw new ClerkLocalError(
    'invalid_option',
    `The ${name} is not ${description}.`,
    'Leave it out, so that one is generated, or copy one of a development instance whole.',
  );
}

const PREFIX = 'pk_test_';
/** clerk-js sets up its development browser for hosts under this domain only. */
const DOMAIN = '.accounts.dev';

/** The publishable key of a Frontend API host: `pk_test_` and base64 of the host and a `$`. */
export function publishableKeyOf(host: string): string {
  return `${PREFIX}${Buffer.from(`${host}$`).toString('base64')}`;
}

/** A key of a host that does not exist and is never contacted, such as `local-483920-17.clerk.accounts.dev`. */
function newPublishableKey(): string {
  return publishableKeyOf(
    `local-${randomInt(1_000_000).toString()}-${randomInt(100).toString()}.clerk${DOMAIN}`,
  );
}

/**
 * @param publishableKey begins with `pk_test_`
 * @returns the Frontend API host that it names; `https://` and that host is the tokens' issuer
 * @throws {ClerkLocalError} `invalid_option`
 */
function frontendApiHost(publishableKey: string): string {
  const encoded = publishableKey.slice(PREFIX.length);
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const host = decoded.slice(0, -1);
  if (
    !publishableKey.startsWith(PREFIX) ||
    !decoded.endsWith('$') ||
    !host.endsWith(DOMAIN) ||
    !/^[a-z0-9.-]+$/.test(host)
  ) {
    throw new ClerkLocalError(
      'invalid_option',
      `The publishable key is not ${PREFIX} and base64 of a host under ${DOMAIN.slice(1)} and a "$".`,
      'Leave it out, so that one is generated, or copy one of a development instance whole.',
    );
  }
  return host;
}
