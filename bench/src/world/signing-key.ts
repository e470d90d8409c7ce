import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';

/** The key pair that session tokens are signed with. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** The public half, as a key set has it. */
  readonly jwk: JsonWebKey;
}

export function makeSigningKey(): SigningKey {
  const kid = 'ins_bench';
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' };
  return { kid, privateKey, jwk };
}
