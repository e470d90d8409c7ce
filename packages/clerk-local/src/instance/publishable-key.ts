import { randomInt } from 'node:crypto';
import { ClerkLocalError } from '../errors/clerk-local-error.js';

const PREFIX = 'pk_test_';
/** clerk-js sets up its development browser for hosts under this domain only. */
const DOMAIN = '.accounts.dev';

/** The publishable key of a Frontend API host: `pk_test_` and base64 of the host and a `$`. */
export function publishableKeyOf(host: string): string {
  return `${PREFIX}${Buffer.from(`${host}$`).toString('base64')}`;
}

/** A key of a host that does not exist and is never contacted, such as `local-483920-17.clerk.accounts.dev`. */
export function newPublishableKey(): string {
  return publishableKeyOf(
    `local-${randomInt(1_000_000).toString()}-${randomInt(100).toString()}.clerk${DOMAIN}`,
  );
}

/**
 * @param publishableKey begins with `pk_test_`
 * @returns the Frontend API host that it names; `https://` and that host is the tokens' issuer
 * @throws {ClerkLocalError} `invalid_option`
 */
export function frontendApiHost(publishableKey: string): string {
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
