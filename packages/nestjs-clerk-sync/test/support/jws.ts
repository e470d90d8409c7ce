import type { CryptoKey } from 'jose';

/** Encodes JSON as base64url: a part of a token. */
export function jsonPart(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/**
 * Signs anything as a compact JWS; unlike a library, it does not check the header. The algorithm is
 * the key's, regardless of the header.
 */
export async function aJws(key: CryptoKey, header: unknown, payload: unknown): Promise<string> {
  return signText(key, `${jsonPart(header)}.${jsonPart(payload)}`);
}

/** Signs the part before a token's second dot. */
export async function signText(key: CryptoKey, input: string): Promise<string> {
  const algorithm = { name: key.algorithm.name, hash: 'SHA-256', saltLength: 32 };
  const signature = await crypto.subtle.sign(algorithm, key, Buffer.from(input));
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

/** A token's three parts. */
export function partsOf(token: string): [header: string, payload: string, signature: string] {
  const [header = '', payload = '', signature = ''] = token.split('.');
  return [header, payload, signature];
}
