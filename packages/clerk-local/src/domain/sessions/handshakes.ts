import { SignJWT } from 'jose';
import { resourceNotFound } from '../shared/clerk-api-error.js';
import { newId } from '../shared/ids.js';
import { monotonicClock, type Clock } from '../shared/ports.js';
import type { SigningKey } from '../state/signing-key.js';

/** How long a nonce stays valid. The browser follows one redirect in this time. */
const lifetimeMs = 60_000;

interface Handshake {
  readonly directives: readonly string[];
  readonly expiresAt: number;
}

/**
 * Signs the cookies of a handshake, for backend SDKs that do not support nonces.
 *
 * @param directives `Set-Cookie` values
 */
export function signHandshake(key: SigningKey, directives: readonly string[]): Promise<string> {
  return new SignJWT({ handshake: directives })
    .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'JWT' })
    .sign(key.privateKey);
}

/** Keeps the cookies of handshakes until the application's server fetches them, once, by nonce. */
export class Handshakes {
  private readonly pending = new Map<string, Handshake>();

  /** @param now a monotonic clock */
  constructor(private readonly now: Clock = monotonicClock) {}

  /**
   * Stores the cookies of a handshake.
   *
   * @param directives `Set-Cookie` values
   * @returns the nonce to redeem them with
   */
  issue(directives: readonly string[]): string {
    const now = this.now();
    for (const [nonce, { expiresAt }] of this.pending) {
      if (expiresAt <= now) this.pending.delete(nonce);
    }
    const nonce = newId('hsn');
    this.pending.set(nonce, { directives, expiresAt: now + lifetimeMs });
    return nonce;
  }

  /**
   * Returns the cookies of a handshake and invalidates its nonce.
   *
   * @throws {ClerkApiError} 404 if the nonce is unknown, used or expired
   */
  redeem(nonce: string): readonly string[] {
    const handshake = this.pending.get(nonce);
    this.pending.delete(nonce);
    if (handshake && handshake.expiresAt > this.now()) return handshake.directives;
    throw resourceNotFound('The handshake does not exist, has expired, or was already redeemed.');
  }
}
