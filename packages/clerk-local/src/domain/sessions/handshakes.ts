import { resourceNotFound } from '../shared/clerk-api-error.js';
import { newId } from '../shared/ids.js';
import { monotonicClock, type Clock } from '../shared/ports.js';

/** How long a browser may take from the redirect to the page, in milliseconds. */
const LIFETIME_MS = 60_000;

interface Handshake {
  readonly directives: readonly string[];
  readonly expiresAt: number;
}

/** Cookies on their way from a handshake to the application's server, which asks for them once. */
export class Handshakes {
  readonly #pending = new Map<string, Handshake>();

  /** @param now monotonic */
  constructor(private readonly now: Clock = monotonicClock) {}

  /**
   * @param directives values of `Set-Cookie`
   * @returns the nonce that stands for them
   */
  issue(directives: readonly string[]): string {
    const now = this.now();
    for (const [nonce, { expiresAt }] of this.#pending) {
      if (expiresAt <= now) this.#pending.delete(nonce);
    }
    const nonce = newId('hsn');
    this.#pending.set(nonce, { directives, expiresAt: now + LIFETIME_MS });
    return nonce;
  }

  /**
   * The cookies that a nonce stands for; it stands for none after that.
   *
   * @throws {ClerkApiError} 404
   */
  redeem(nonce: string): readonly string[] {
    const handshake = this.#pending.get(nonce);
    this.#pending.delete(nonce);
    if (handshake && handshake.expiresAt > this.now()) return handshake.directives;
    throw resourceNotFound('There is no such handshake, or it was already taken.');
  }
}
