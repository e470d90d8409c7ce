import { calculateJwkThumbprint, jwtVerify, SignJWT } from 'jose';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  generateSigningKey,
  importSigningKey,
  SigningKeys,
} from '../../src/domain/state/signing-key.js';

describe('a generated key', () => {
  test('is an RSA key of 2,048 bits that OpenSSL accepts', async () => {
    for (const { publicKey } of await Promise.all(Array.from({ length: 8 }, generateSigningKey))) {
      expect(publicKey.asymmetricKeyDetails).toEqual({
        modulusLength: 2048,
        publicExponent: 65_537n,
      });
    }
  });

  test('signs tokens that its JWK and its PEM verify, and no other key', async () => {
    const { privateKey, publicKeyPem, jwk } = await generateSigningKey();
    const token = await new SignJWT({ sub: 'user_1' })
      .setProtectedHeader({ alg: 'RS256' })
      .sign(privateKey);
    for (const key of [
      createPublicKey({ key: { ...jwk }, format: 'jwk' }),
      createPublicKey(publicKeyPem),
    ]) {
      expect((await jwtVerify(token, key)).payload.sub).toBe('user_1');
    }
    const { publicKey: other } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await expect(jwtVerify(token, other)).rejects.toThrow('signature verification failed');
  });

  test('has its thumbprint in its id, and the same id after a restart', async () => {
    const { jwk, kid, privateKeyPem } = await generateSigningKey();
    expect(kid).toBe(`ins_${await calculateJwkThumbprint({ kty: 'RSA', n: jwk.n, e: jwk.e })}`);
    expect(importSigningKey(privateKeyPem)).toMatchObject({ kid, jwk });
  });
});

test('each instance has a different key, whether instances start together or in sequence', async () => {
  const keys = new SigningKeys();
  const started = await Promise.all([keys.next(), keys.next(), keys.next()]);
  started.push(await keys.next(), ...(await Promise.all([keys.next(), keys.next()])));
  expect(new Set(started.map(({ kid }) => kid)).size).toBe(6);
});
