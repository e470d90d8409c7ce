import { generateKeyPairSync } from 'node:crypto';
import { type CryptoKey, generateKeyPair } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { AuthUnavailableError } from '../../../src/core/errors.js';
import { NoMetrics } from '../../../src/core/sync-metrics.js';
import { JwksSource } from '../../../src/infrastructure/clerk/jwks-source.js';
import {
  PemSigningKeys,
  RemoteSigningKeys,
} from '../../../src/infrastructure/clerk/signing-keys.js';
import { RecordedLog } from '../../support/recorded-log.js';
import { StoppedClock } from '../../support/stopped-clock.js';

const { publicKey: key } = await generateKeyPair('RS256');
const { publicKey: newer } = await generateKeyPair('RS256');
type Keys = ReadonlyMap<string, CryptoKey>;
const minute = 60_000;

/** Counts loads by their result. */
class CountedLoads extends NoMetrics {
  readonly results: string[] = [];

  override keysFetched(result: string): void {
    this.results.push(result);
  }
}

let clock: StoppedClock;
let log: RecordedLog;
let metrics: CountedLoads;
/** Completes the oldest load in flight. */
let loads: { resolve: (keys: Keys) => void; reject: (error: Error) => void }[];
let started: number;
let keys: RemoteSigningKeys;

beforeEach(() => {
  clock = new StoppedClock();
  // Simulates a process that has run for most of a day.
  clock.advance(20 * 60 * minute);
  log = new RecordedLog();
  metrics = new CountedLoads();
  loads = [];
  started = 0;
  const load = (): Promise<Keys> => {
    started += 1;
    return new Promise((resolve, reject) => {
      loads.push({ resolve, reject });
    });
  };
  keys = new RemoteSigningKeys({ load }, clock, log, metrics);
});

/** Lets pending promises settle, so that a request reaches its load. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Completes the oldest load after some time. */
async function loaded(result: Keys | Error, afterMs = 10): Promise<void> {
  await settled();
  clock.advance(afterMs);
  const load = loads.shift();
  if (result instanceof Error) load?.reject(result);
  else load?.resolve(result);
  await settled();
}

/** Loads a first set, with the key `known`. */
async function withASet(): Promise<void> {
  const first = keys.find('known');
  await loaded(new Map([['known', key]]));
  expect(await first).toBe(key);
}

describe('RemoteSigningKeys', () => {
  test('loads the keys before they are needed', async () => {
    const prepared = keys.prepare();
    await loaded(new Map([['known', key]]));
    await prepared;
    expect(await keys.find('known')).toBe(key);
    expect(started).toBe(1);
  });

  test('tolerates a failure before the keys are needed, and loads them again', async () => {
    const prepared = keys.prepare();
    await loaded(new Error('no route'));
    await prepared;
    clock.advance(1_000);
    await withASet();
  });

  test('counts loads by their result', async () => {
    await withASet();
    const unknown = keys.find('unknown').catch((error: unknown) => error);
    clock.advance(1);
    await loaded(new Error('no route'));
    await unknown;
    expect(metrics.results).toEqual(['success', 'failure']);
  });

  test('serves a set that is a few minutes old without another load', async () => {
    await withASet();
    clock.advance(9 * minute);
    expect(await keys.find('known')).toBe(key);
    expect(started).toBe(1);
  });

  test('rejects with the failure as the cause, and logs it for the operator', async () => {
    const failure = new Error('no route');
    const refused = keys.find('known').catch((error: unknown) => error);
    await loaded(failure);
    const error = await refused;
    expect(error).toBeInstanceOf(AuthUnavailableError);
    expect(error).toMatchObject({ cause: failure, retryAfterSeconds: 2 });
    expect(error).toHaveProperty('message', expect.stringContaining('you stay signed in'));
    expect(log.entries).toMatchObject([
      {
        level: 'warn',
        message: expect.stringContaining('keys could not be loaded; retrying') as string,
        cause: failure,
      },
    ]);
  });

  test('does not load again for a key that was absent from a load since the request arrived', async () => {
    const unknown = keys.find('unknown');
    await loaded(new Map([['known', key]]));
    expect(await unknown).toBeNull();
    expect(started).toBe(1);
  });

  test('shares a load for an unknown key with a request that arrives during the load', async () => {
    await withASet();
    clock.advance(1);
    const first = keys.find('newer');
    await settled();
    clock.advance(1);
    const second = keys.find('newer');
    await loaded(new Map([['newer', newer]]));
    expect(await first).toBe(newer);
    expect(await second).toBe(newer);
    expect(started).toBe(2);
  });

  test('loads at once for an unknown key after a refresh in the background', async () => {
    await withASet();
    clock.advance(11 * minute);
    const early = keys.find('newer');
    await loaded(new Map([['known', key]]));
    expect(await early).toBeNull();
    clock.advance(1_000);
    const late = keys.find('newer');
    await loaded(new Map([['newer', newer]]));
    expect(await late).toBe(newer);
    expect(started).toBe(3);
  });

  test('reports unavailability, not an unknown key, if the load for it failed', async () => {
    await withASet();
    clock.advance(1);
    const first = keys.find('newer').catch((error: unknown) => error);
    await loaded(new Error('no route'), 0);
    expect(await first).toBeInstanceOf(AuthUnavailableError);
    clock.advance(5_000);
    await expect(keys.find('newer')).rejects.toMatchObject({
      code: 'auth_unavailable',
      retryAfterSeconds: 25,
    });
  });
});

test('PemSigningKeys has one RS256 key for every key id', async () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const found = await new PemSigningKeys(pem).find();
  expect(found).toMatchObject({
    type: 'public',
    algorithm: { name: 'RSASSA-PKCS1-v1_5', hash: { name: 'SHA-256' } },
  });
});

describe('JwksSource', () => {
  const source = (response: Response): JwksSource =>
    new JwksSource({
      apiUrl: 'https://clerk.example',
      secretKey: 'sk_test_1',
      timeoutMs: 1_000,
      fetch: () => Promise.resolve(response),
    });

  test.each([
    [401, 'Clerk rejects CLERK_SECRET_KEY.'],
    [403, 'Clerk rejects CLERK_SECRET_KEY.'],
    [500, 'Clerk answered 500 to GET /v1/jwks.'],
  ])('explains a %i, even without a body', async (status, message) => {
    await expect(source(new Response(null, { status })).load()).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
    });
  });

  test('refuses a set without keys', async () => {
    await expect(source(Response.json({ keys: [] })).load()).rejects.toMatchObject({
      message: 'Clerk’s key set contains no RSA signing key.',
    });
  });
});
