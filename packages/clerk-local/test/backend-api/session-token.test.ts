import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  jwtVerify,
} from 'jose';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ClerkLocal } from '../../src/index.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aClock } from '../support/clock.js';

const keySetSchema = z.object({
  keys: z.array(z.object({ kty: z.literal('RSA'), n: z.string(), e: z.string(), kid: z.string() })),
});

async function keySetOf(clerk: ClerkLocal): Promise<z.infer<typeof keySetSchema>> {
  const response = await callBackendApi(clerk, { method: 'GET', path: '/v1/jwks' });
  return keySetSchema.parse(await response.json());
}

async function aUserOf(clerk: ClerkLocal): Promise<string> {
  const user = await clerk.users.create({
    email_address: ['ada@example.com'],
    first_name: 'Ada',
    last_name: 'Lovelace',
  });
  return user.id;
}

async function aTokenOver(
  clerk: ClerkLocal,
  headers: Record<string, string>,
  json?: unknown,
): Promise<string> {
  const session = await clerk.createSession(await aUserOf(clerk));
  const path = `/v1/sessions/${session.id}/tokens`;
  const response = await callBackendApi(clerk, { method: 'POST', path, headers, json });
  return z.object({ jwt: z.string() }).parse(await response.json()).jwt;
}

describe('a session token', () => {
  test('has the custom claims of the last setSessionTokenClaims() call', async () => {
    const clerk = await aClerkLocal({ sessionTokenClaims: { email: '{{user.first_name}}' } });
    const { id: userId } = await clerk.users.ensure({ email: 'ada@example.com', firstName: 'Ada' });
    expect(decodeJwt(await clerk.sessionToken({ userId }))).toMatchObject({ email: 'Ada' });
    clerk.setSessionTokenClaims({});
    expect(decodeJwt(await clerk.sessionToken({ userId }))).not.toHaveProperty('email');
    expect(() => {
      clerk.setSessionTokenClaims({ sub: 'user_eve' });
    }).toThrow(/sub/);
  });

  test('uses the lifetime of the last setTokenLifetime() call', async () => {
    const clerk = await aClerkLocal({ tokenLifetimeSeconds: 30 });
    const userId = await aUserOf(clerk);
    const lifetime = async (): Promise<number> => {
      const { exp = 0, iat = 0 } = decodeJwt(await clerk.sessionToken({ userId }));
      return exp - iat;
    };

    expect(await lifetime()).toBe(30);
    clerk.setTokenLifetime(2);
    expect(await lifetime()).toBe(2);
    expect(() => {
      clerk.setTokenLifetime(0.5);
    }).toThrow(/tokenLifetimeSeconds is not valid/);
    expect(await lifetime()).toBe(2);
  });

  test("has exactly the header and claims of Clerk's version 2", async () => {
    const clock = aClock(Date.UTC(2030, 0, 1) + 999);
    const clerk = await aClerkLocal({ now: clock.now });
    const userId = await aUserOf(clerk);
    const session = await clerk.createSession(userId);
    clock.advance(3 * 60_000);

    const token = await clerk.sessionToken({ userId, origin: 'http://localhost:3000' });

    expect(decodeProtectedHeader(token)).toEqual({
      alg: 'RS256',
      cat: 'cl_B7d4PD111AAA',
      kid: clerk.keyId,
      typ: 'JWT',
    });
    const issuedAt = Date.UTC(2030, 0, 1) / 1000 + 180;
    expect(decodeJwt(token)).toEqual({
      azp: 'http://localhost:3000',
      exp: issuedAt + 60,
      fva: [3, -1],
      iat: issuedAt,
      iss: clerk.issuer,
      jti: expect.stringMatching(/^[0-9a-f]{20}$/) as unknown,
      nbf: issuedAt - 10,
      sid: session.id,
      sts: 'active',
      sub: userId,
      v: 2,
      email: 'ada@example.com',
      name: 'Ada Lovelace',
      imageUrl: `${clerk.url}/img/${userId}.svg`,
      updatedAt: Date.UTC(2030, 0, 1) + 999,
    });
  });

  test('is signed with the key of the key set, whose id is its thumbprint', async () => {
    const clerk = await aClerkLocal();
    const token = await clerk.sessionToken({ userId: await aUserOf(clerk) });
    const keySet = await keySetOf(clerk);
    const [key] = keySet.keys;
    if (!key) throw new TypeError('The key set is empty.');

    await expect(jwtVerify(token, createLocalJWKSet(keySet))).resolves.toBeDefined();
    expect(key.kid).toBe(`ins_${await calculateJwkThumbprint(key)}`);
  });

  test.each([
    ['the Origin header', { origin: 'http://localhost:3000' }, 'http://localhost:3000'],
    ['no Origin header', {}, undefined],
    ['an opaque origin', { origin: 'null' }, undefined],
    ['an empty Origin header', { origin: '' }, undefined],
  ])('takes azp from Origin and never from Referer: %s', async (_what, headers, azp) => {
    const clerk = await aClerkLocal();
    const referer = 'http://localhost:4000/dashboard?tab=1';
    expect(decodeJwt(await aTokenOver(clerk, { ...headers, referer }))['azp']).toBe(azp);
  });

  test('has the lifetime of the instance, or of the request', async () => {
    const clerk = await aClerkLocal({ tokenLifetimeSeconds: 5 });
    const short = decodeJwt(await clerk.sessionToken({ userId: await aUserOf(clerk) }));
    expect((short.exp ?? 0) - (short.iat ?? 0)).toBe(5);

    await clerk.users.delete(short.sub ?? '');
    const long = decodeJwt(await aTokenOver(clerk, {}, { expires_in_seconds: 3600 }));
    expect((long.exp ?? 0) - (long.iat ?? 0)).toBe(3600);
  });

  test('is refused for a revoked session, an expired session and a deleted user', async () => {
    const clock = aClock();
    const clerk = await aClerkLocal({ now: clock.now });
    const userId = await aUserOf(clerk);
    const revoked = await clerk.createSession(userId);
    await callBackendApi(clerk, { method: 'POST', path: `/v1/sessions/${revoked.id}/revoke` });
    const expired = await clerk.createSession(userId);
    clock.advance(7 * 86_400_000);

    const ask = ({ id }: { id: string }): Promise<string> =>
      clerk.sessionToken({ userId, sessionId: id });
    await expect(ask(revoked)).rejects.toMatchObject({ status: 401 });
    await expect(ask(expired)).rejects.toMatchObject({ status: 401 });

    const orphaned = await clerk.createSession(userId);
    await clerk.users.delete(userId);
    await expect(ask(orphaned)).rejects.toMatchObject({ status: 401 });
  });

  test('reuses the user’s active session', async () => {
    const clerk = await aClerkLocal();
    const userId = await aUserOf(clerk);
    const [first, second] = [
      decodeJwt(await clerk.sessionToken({ userId })),
      decodeJwt(await clerk.sessionToken({ userId })),
    ];
    expect(second['sid']).toBe(first['sid']);
    expect(second.jti).not.toBe(first.jti);
  });
});

describe('rotateKey()', () => {
  test('replaces the key and its id at once', async () => {
    const clerk = await aClerkLocal();
    const before = { id: clerk.keyId, pem: clerk.publicKeyPem };

    await clerk.rotateKey();

    expect(clerk.keyId).not.toBe(before.id);
    expect(clerk.publicKeyPem).not.toBe(before.pem);
    expect((await keySetOf(clerk)).keys.map(({ kid }) => kid)).toEqual([clerk.keyId]);
  });
});
