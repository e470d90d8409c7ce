import { importSPKI, type CryptoKey } from 'jose';
import { SigningKeys } from './signing-keys.js';

/** The one key of `CLERK_JWT_KEY`: networkless. A PEM has no key id, so every `kid` means this key. */
export class PemSigningKeys extends SigningKeys {
  private readonly key: Promise<CryptoKey>;

  /** @param pem an RSA public key, SPKI in PEM; the environment's schema has checked it */
  constructor(pem: string) {
    super();
    this.key = importSPKI(pem, 'RS256');
  }

  override find(): Promise<CryptoKey> {
    return this.key;
  }
}
