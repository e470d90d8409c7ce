import { KeyObject } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, type CryptoKey, type JWK } from 'jose';

/** An RS256 key pair with its key id, like those with which Clerk signs session tokens. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  /** The same private key, for synchronous signing. */
  readonly keyObject: KeyObject;
  /** The public key as an entry of a key set. */
  readonly jwk: JWK;
  /** The public key in the format of `CLERK_JWT_KEY`. */
  readonly pem: string;
}

/** Creates a key pair with this key id. */
export async function createSigningKey(kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  const keyObject = KeyObject.from(privateKey);
  return { kid, privateKey, keyObject, jwk, pem: await exportSPKI(publicKey) };
}
