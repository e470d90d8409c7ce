import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSigningKey, type SigningKey } from '@populatte/clerk-stub';
import { AuthenticationError } from '../../../src/core/errors.js';
import type { ClerkService } from '../../../src/infrastructure/clerk/clerk.service.js';
import { PemSigningKeys } from '../../../src/infrastructure/clerk/signing-keys.js';
import { Forge } from '../../support/forgeries/forge.js';
import { rows } from '../../support/forgeries/forgery.js';
import { keylessForgeries, tokenForgeries } from '../../support/forgeries/token-forgeries.js';
import { tolerated } from '../../support/forgeries/tolerated.js';
import '../../support/forgeries/tried.js';
import { inTime } from '../../support/in-time.js';
import { KnownKeys, now, issuer, TokenBench, webOrigins } from '../../support/session-tokens.js';

let bench: TokenBench;
let attacker: SigningKey;
/** Number of requests to the address that forged tokens name. */
let trapped = 0;
const trap = createServer((_request, response) => {
  trapped += 1;
  response.end(JSON.stringify({ keys: [attacker.jwk] }));
});

beforeAll(async () => {
  [bench, attacker] = await Promise.all([TokenBench.make(), createSigningKey('ins_attacker')]);
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => trap.close(resolve));
});

function aForge(): Forge {
  const { port } = trap.address() as AddressInfo;
  const trapUrl = `http://127.0.0.1:${port}/jwks`;
  const origin = 'http://localhost:3000';
  expect(webOrigins).toContain(origin);
  return new Forge({ trusted: bench.key, attacker, issuer, origin, now, trapUrl });
}

/** Expects a timely refusal with this code and a message that quotes nothing from the token. */
async function expectRefused(
  service: ClerkService,
  token: string,
  code: string,
  { clerkUser }: Forge,
): Promise<void> {
  const refusal: unknown = await inTime(() =>
    service.verify(token).catch((error: unknown) => error),
  );
  expect(refusal).toBeInstanceOf(AuthenticationError);
  const { code: given, message } = refusal as AuthenticationError;
  expect(given).toBe(code);
  const parts = token.split('.').filter((part) => part.length > 11);
  for (const secret of [...parts, clerkUser.clerkId, clerkUser.email]) {
    expect(message).not.toContain(secret);
  }
}

describe.for(tokenForgeries)('ClerkService, forgeries of %s', ([, forgeries]) => {
  test.for(rows(forgeries))('refuses %s: %s', async ([, code, { make }], { task }) => {
    const forge = aForge();
    await expectRefused(bench.service, await make(forge), code, forge);
    task.meta.forgery = 'a token at ClerkService';
  });
});

test('ClerkService sends no request to a URL in a token', () => {
  expect(trapped).toBe(0);
});

describe('ClerkService with only the key of CLERK_JWT_KEY', () => {
  test.for(rows(keylessForgeries))('refuses %s: %s', async ([, code, { make }], { task }) => {
    const forge = aForge();
    const service = bench.serviceOn(new PemSigningKeys(bench.key.pem));
    await expectRefused(service, await make(forge), code, forge);
    task.meta.forgery = 'a token at ClerkService';
  });

  test.each(['ins_trusted', 'ins_other', undefined])(
    'verifies with that key regardless of the kid: %j',
    async (kid) => {
      const forge = aForge();
      const service = bench.serviceOn(new PemSigningKeys(bench.key.pem));
      await expect(service.verify(await forge.withHeader({ kid }))).resolves.toMatchObject({
        clerkId: forge.clerkUser.clerkId,
      });
    },
  );
});

describe('ClerkService with a key of another algorithm', () => {
  test.each(['ES256', 'PS256', 'RS512'])('refuses %s', async (alg) => {
    const { privateKey, publicKey } = await crypto.subtle.generateKey(
      alg === 'ES256'
        ? { name: 'ECDSA', namedCurve: 'P-256' }
        : {
            name: alg === 'PS256' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5',
            hash: alg === 'RS512' ? 'SHA-512' : 'SHA-256',
            modulusLength: 2048,
            publicExponent: Uint8Array.of(1, 0, 1),
          },
      false,
      ['sign', 'verify'],
    );
    const forge = aForge();
    const service = bench.serviceOn(new KnownKeys(new Map([['ins_trusted', publicKey]])));
    for (const header of [{ alg }, {}]) {
      const token = await forge.withHeader(header, privateKey);
      await expect(service.verify(token)).rejects.toThrow();
    }
  });
});

describe('ClerkService with unusual but valid tokens', () => {
  test.for(tolerated)('accepts %s', async ([, make]) => {
    const forge = aForge();
    await expect(bench.service.verify(await make(forge))).resolves.toMatchObject({
      clerkId: forge.clerkUser.clerkId,
    });
  });
});
