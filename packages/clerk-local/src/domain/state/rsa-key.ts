import { createPrivateKey, generatePrime, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

const primeBits = 1024;
const publicExponent = 65_537n;

/**
 * Generates an RSA key of 2,048 bits from two primes, which OpenSSL finds on two threads at once.
 *
 * `generateKeyPair` also proves what FIPS 186 asks of a production key, on one thread. That takes
 * twice the CPU and was most of an instance's start. The key of a development instance signs tokens
 * of invented users only.
 */
export async function generateRsaKey(): Promise<KeyObject> {
  const [p, q] = await Promise.all([generateFactor(), generateFactor()]);
  const d = inverse(publicExponent, (p - 1n) * (q - 1n));
  const key = {
    kty: 'RSA',
    n: encode(p * q),
    e: encode(publicExponent),
    d: encode(d),
    p: encode(p),
    q: encode(q),
    dp: encode(d % (p - 1n)),
    dq: encode(d % (q - 1n)),
    qi: encode(inverse(q, p)),
  };
  return createPrivateKey({ key, format: 'jwk' });
}

const prime = promisify<number, { readonly bigint: true }, bigint>(generatePrime);

/** A prime with its two highest bits set, so that the product of two has 2,048 bits. */
async function generateFactor(): Promise<bigint> {
  const factor = await prime(primeBits, { bigint: true });
  // The public exponent must have an inverse. For one prime in 65,537, it has none.
  return factor % publicExponent === 1n ? generateFactor() : factor;
}

/** Returns the inverse of `value` modulo `modulus` (extended Euclidean algorithm). */
function inverse(value: bigint, modulus: bigint): bigint {
  let [remainder, next] = [modulus, value % modulus];
  let [result, nextResult] = [0n, 1n];
  while (next !== 0n) {
    const quotient = remainder / next;
    [remainder, next] = [next, remainder - quotient * next];
    [result, nextResult] = [nextResult, result - quotient * nextResult];
  }
  return result < 0n ? result + modulus : result;
}

/** Base64urlUInt (RFC 7518). */
function encode(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
}
