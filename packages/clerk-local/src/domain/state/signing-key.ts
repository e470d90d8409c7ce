import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, exportJWK } from 'jose';

/** An RSA key of the Backend API's key set (RFC 7517). */
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
   * Follows from the key (RFC 7638 thumbprint): a new key under an old id would stay unseen in
   * the caches of `@clerk/backend` for five minutes.
   */
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** PKCS #8, for the state file only. */
  readonly privateKeyPem: string;
  /** SPKI: what `CLERK_JWT_KEY` takes. */
  readonly publicKeyPem: string;
  readonly jwk: PublicJwk;
}

const generate = promisify(generateKeyPair);

/** A new RSA key of 2,048 bits. */
export async function generateSigningKey(): Promise<SigningKey> {
  const { privateKey } = await generate('rsa', { modulusLength: 2048 });
  return describe(privateKey);
}

/** @param privateKeyPem PKCS #8, as kept in the state file */
export function importSigningKey(privateKeyPem: string): Promise<SigningKey> {
  return describe(createPrivateKey(privateKeyPem));
}

async function describe(privateKey: KeyObject): Promise<SigningKey> {
  const publicKey = createPublicKey(privateKey);
  const { n, e } = await exportJWK(publicKey);
  if (n === undefined || e === undefined) throw new TypeError('The signing key must be RSA.');
  const kid = `ins_${await calculateJwkThumbprint({ kty: 'RSA', n, e })}`;
  return {
    kid,
    privateKey,
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    jwk: { kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e },
  };
}
