import { createPublicKey } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/**
 * Extracts the Frontend API's host from a publishable key: `pk_test_` or `pk_live_`, then base64 of
 * the host and a dollar sign (Clerk, "How Clerk works: publishable key").
 *
 * @returns the host, or null if the key is invalid
 */
export function frontendApiOf(publishableKey: string): string | null {
  const encoded = /^pk_(?:test|live)_([A-Za-z0-9+/_-]+={0,2})$/.exec(publishableKey)?.[1];
  if (encoded === undefined) return null;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  return /^([a-z0-9.-]+(?::\d+)?)\$$/i.exec(decoded)?.[1] ?? null;
}

/** @returns whether a Clerk key is for development (`test`) or production (`live`), or null */
export function keyModeOf(key: string): 'test' | 'live' | null {
  const mode = /^(?:pk|sk)_(test|live)_/.exec(key)?.[1];
  return mode === 'test' || mode === 'live' ? mode : null;
}

/**
 * Rebuilds a PEM public key that an environment variable may have flattened: escaped `\n`,
 * spaces for line breaks, quotes around it.
 *
 * @returns the SPKI PEM of an RSA key of 2048 bits or more, or null if it is not one
 */
export function publicKeyPem(text: string): string | null {
  const body = /-----BEGIN PUBLIC KEY-----(.+)-----END PUBLIC KEY-----/s.exec(
    text.replaceAll('\\n', '\n'),
  )?.[1];
  if (body === undefined) return null;
  const lines = body.replace(/\s/g, '').match(/.{1,64}/g) ?? [];
  const pem = `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`;
  try {
    const key = createPublicKey(pem);
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    return key.asymmetricKeyType === 'rsa' && bits >= 2048 ? pem : null;
  } catch {
    return null;
  }
}

/** @returns whether the text is a webhook signing secret: `whsec_`, then base64 */
export function isSigningSecret(text: string): boolean {
  if (!text.startsWith('whsec_')) return false;
  try {
    return new Webhook(text) instanceof Webhook;
  } catch {
    return false;
  }
}
