import type { CryptoKey } from 'jose';

/** The public keys that Clerk signs session tokens with. */
export abstract class SigningKeys {
  /**
   * @param kid the key id of the token's header; undefined where it names none
   * @returns the key, or null where there is no such key
   * @throws AuthUnavailableError when the keys cannot be loaded now
   */
  abstract find(kid: string | undefined): Promise<CryptoKey | null>;
}
