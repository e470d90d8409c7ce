import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { generateRsaKey } from './rsa-key.js';

/** A public RSA key as a JSON Web Key (RFC 7517). */
export interface PublicJwk {
  readonly kty: 'RSA';
  readonly use: 'sig';
  readonly alg: 'RS256';
  readonly kid: string;
  readonly n: string;
  readonly e: string;
}

/** The key that signs session tokens. */
export interface SigningKey {
  /**
   * Derived from the key (RFC 7638 thumbprint). A new key under an old id would fail
   * verification until the cache of `@clerk/backend` expires, which takes five minutes.
   */
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** PKCS #8, for the state file only. */
  readonly privateKeyPem: string;
  /** SPKI, the format of `CLERK_JWT_KEY`. */
  readonly publicKeyPem: string;
  readonly jwk: PublicJwk;
}

/** Generates an RSA key of 2,048 bits. */
export async function generateSigningKey(): Promise<SigningKey> {
  return describe(await generateRsaKey());
}

/**
 * Generates keys for the instances of one process. From the second one on, the next key is generated
 * ahead: it is the slowest part of a start, and a process with several instances starts one per test.
 */
export class SigningKeys {
  private given = 0;
  private spare: Promise<SigningKey> | undefined;

  /** Returns a key that no other call returns. */
  async next(): Promise<SigningKey> {
    const ready = this.spare;
    this.spare = undefined;
    const key = await (ready ?? generateSigningKey());
    this.given += 1;
    if (this.given > 1) this.spare ??= generateSigningKey();
    return key;
  }
}

/**
 * Imports a key from the state file.
 *
 * @param privateKeyPem PKCS #8
 */
export function importSigningKey(privateKeyPem: string): SigningKey {
  return describe(createPrivateKey(privateKeyPem));
}

function describe(privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey);
  const { n, e } = publicKey.export({ format: 'jwk' });
  if (n === undefined || e === undefined) throw new TypeError('The signing key must be RSA.');
  const kid = `ins_${thumbprint(n, e)}`;
  return {
    kid,
    privateKey,
    publicKey,
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    jwk: { kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e },
  };
}

/** RFC 7638. Does not use jose, because the next key is generated while jose loads. */
function thumbprint(n: string, e: string): string {
  return createHash('sha256')
    .update(JSON.stringify({ e, kty: 'RSA', n }))
    .digest('base64url');
}
