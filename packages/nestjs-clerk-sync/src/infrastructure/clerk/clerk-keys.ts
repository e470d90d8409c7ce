import { createPublicKey } from 'node:crypto';
import { parsePublishableKey } from '@clerk/shared/keys';
import { Webhook } from 'standardwebhooks';

/**
 * Extracts the Frontend API's host from a publishable key (`@clerk/shared`, `parsePublishableKey`).
 *
 * @returns the host, or null if the key is invalid
 */
export function frontendApiOf(publishableKey: string): string | null {
  const host = parsePublishableKey(publishableKey)?.frontendApi ?? '';
  // Clerk's parser also accepts a path or a user in front of the host.
  return /^[a-z0-9.-]+(?::\d+)?$/i.test(host) ? host : null;
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
    text.replaceAll('\\n', ''),
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
