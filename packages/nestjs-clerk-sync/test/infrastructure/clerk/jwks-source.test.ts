import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answers, ClerkStub, down, silent } from '@populatte/clerk-stub';
import { JwksSource } from '../../../src/infrastructure/clerk/jwks-source.js';
import { RemoteSigningKeys } from '../../../src/infrastructure/clerk/signing-keys.js';
import { RecordedLog } from '../../support/recorded-log.js';
import { StoppedClock } from '../../support/stopped-clock.js';

let clerk: ClerkStub;
beforeAll(async () => {
  clerk = await ClerkStub.start();
});
beforeEach(() => {
  clerk.keysBehaviour = undefined;
  clerk.requests.clear();
});
afterAll(() => clerk.close());

/** @param timeoutMs short only in tests of the timeout, since a busy machine may answer slowly */
function source(secretKey = clerk.secretKey, timeoutMs = 60_000): JwksSource {
  return new JwksSource({ apiUrl: clerk.url, secretKey, timeoutMs, fetch });
}

const keySet = (...keys: unknown[]): ReturnType<typeof answers> =>
  answers(200, JSON.stringify({ keys }));

describe('JwksSource', () => {
  test('loads the keys by their ids', async () => {
    const keys = await source().load();
    expect([...keys.keys()]).toEqual([clerk.key.kid]);
    expect(keys.get(clerk.key.kid)).toMatchObject({
      type: 'public',
      usages: ['verify'],
      algorithm: { name: 'RSASSA-PKCS1-v1_5' },
    });
  });

  test.each([
    ['180 s ahead', -180_000, {}, [1]],
    ['180 s behind', 180_000, {}, [-1]],
    ['right, with a cached response', -180_000, { age: '180' }, []],
    ['within the leeway', -4_000, {}, []],
    ['unknown, without a Date', Number.NaN, {}, []],
  ])('compares this machine’s clock with Clerk’s: %s', async (_what, offset, more, expected) => {
    const directions: number[] = [];
    const answer = (): Promise<Response> => {
      const date = Number.isNaN(offset) ? '' : new Date(Date.now() + offset).toUTCString();
      const body = JSON.stringify({ keys: [clerk.key.jwk] });
      return Promise.resolve(new Response(body, { headers: { date, ...more } }));
    };
    const onWrongClock = (aheadMs: number): void => {
      directions.push(Math.sign(aheadMs));
    };
    const { secretKey } = clerk;
    const api = { apiUrl: clerk.url, secretKey, timeoutMs: 60_000, fetch: answer, onWrongClock };
    await new JwksSource(api).load();
    expect(directions).toEqual(expected);
  });

  test('skips keys that are not RS256 signing keys', async () => {
    const { jwk } = clerk.key;
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    clerk.keysBehaviour = keySet(
      jwk,
      { ...jwk, kid: 'for encryption', use: 'enc' },
      { ...jwk, kid: 'another algorithm', alg: 'PS256' },
      { ...jwk, kid: 'another type', kty: 'EC' },
      { ...jwk, kid: '' },
      { ...jwk, kid: undefined },
      { ...jwk, kid: 'no modulus', n: undefined },
      { ...small.export({ format: 'jwk' }), kid: 'too small to be safe' },
      null,
      'ins_text',
    );
    expect([...(await source().load()).keys()]).toEqual([jwk.kid]);
  });

  test('accepts a key without use and alg, which RFC 7517 makes optional', async () => {
    clerk.keysBehaviour = keySet({ ...clerk.key.jwk, use: undefined, alg: undefined });
    expect((await source().load()).size).toBe(1);
  });

  test.each([
    ['an empty set', JSON.stringify({ keys: [] })],
    ['a set without a usable key', JSON.stringify({ keys: [{ kty: 'oct', kid: 'x', k: 'AAAA' }] })],
    ['an object without keys', '{}'],
    ['a list', '[]'],
    ['an answer that is not JSON', '<html>Sorry</html>'],
    ['an empty answer', ''],
  ])('fails on %s', async (_what, body) => {
    clerk.keysBehaviour = answers(200, body);
    await expect(source().load()).rejects.toThrow();
  });

  test.each([401, 403])('names the variable to fix on a %i, without its value', async (status) => {
    clerk.keysBehaviour = answers(status, 'no');
    const failed = source('sk_test_wrong').load();
    await expect(failed).rejects.toThrow(/CLERK_SECRET_KEY/);
    await expect(failed).rejects.not.toThrow(/sk_test_wrong/);
  });

  test.each([404, 429, 500, 503])('fails on a %i and names the status', async (status) => {
    clerk.keysBehaviour = answers(status, JSON.stringify({ keys: [clerk.key.jwk] }));
    await expect(source().load()).rejects.toThrow(String(status));
  });

  test('times out if the server sends nothing', async () => {
    clerk.keysBehaviour = silent;
    await expect(source(undefined, 200).load()).rejects.toThrow();
  });

  test('times out if the body never ends', async () => {
    clerk.keysBehaviour = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"keys":[');
    };
    await expect(source(undefined, 200).load()).rejects.toThrow();
  });

  test('fails if the connection breaks', async () => {
    clerk.keysBehaviour = down;
    await expect(source().load()).rejects.toThrow();
  });

  test('does not follow a redirect with the secret key', async () => {
    const seen: (string | undefined)[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end(JSON.stringify({ keys: [clerk.key.jwk] }));
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const address = elsewhere.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    for (const status of [301, 302, 307, 308]) {
      clerk.keysBehaviour = answers(status, '', { location: `http://127.0.0.1:${String(port)}/` });
      await expect(source().load()).rejects.toThrow();
    }
    expect(seen).toEqual([]);
    elsewhere.closeAllConnections();
    elsewhere.close();
  });
});

describe('RemoteSigningKeys on a JwksSource', () => {
  test.each([
    ['an empty set', keySet()],
    ['a malformed set', answers(200, '{"keys":7}')],
    ['an error', answers(500)],
    ['a key with an invalid modulus', keySet({ kty: 'RSA', kid: 'x', n: '', e: 'AQAB' })],
  ])('never replaces a valid set by %s', async (_what, behaviour) => {
    const clock = new StoppedClock();
    const keys = new RemoteSigningKeys(source(), clock, new RecordedLog());
    const { kid } = clerk.key;
    expect(await keys.find(kid)).not.toBeNull();
    clerk.keysBehaviour = behaviour;
    clock.advance(60_000);
    await expect(keys.find('ins_next')).rejects.toMatchObject({ code: 'auth_unavailable' });
    expect(await keys.find(kid)).not.toBeNull();
    expect(clerk.keyRequests).toBe(2);
  });
});
