import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClerkStub, down, type SigningKey } from '@populatte/clerk-stub';
import { ClerkService } from '../../../src/infrastructure/clerk/clerk.service.js';
import { JwksSource } from '../../../src/infrastructure/clerk/jwks-source.js';
import {
  type KeySource,
  RemoteSigningKeys,
} from '../../../src/infrastructure/clerk/signing-keys.js';
import { aJws } from '../../support/jws.js';
import { someTime } from '../../support/profile.builder.js';
import { RecordedLog } from '../../support/recorded-log.js';
import { issuer, rightClaims, rightHeader, webOrigins } from '../../support/session-tokens.js';
import { StoppedClock } from '../../support/stopped-clock.js';

const second = 1_000;
const hour = 3_600 * second;
/** How long a key set remains in use if it cannot be refreshed, in milliseconds. */
const trustedFor = 24 * hour;

/** Loads the keys over HTTP and exposes the last load. */
class WatchedSource implements KeySource {
  lastLoad: Promise<unknown> = Promise.resolve();

  constructor(private readonly source: KeySource) {}

  load(): ReturnType<KeySource['load']> {
    const load = this.source.load();
    // The caller gets the error; the test waits for the end only.
    this.lastLoad = load.catch(() => undefined);
    return load;
  }
}

let clerk: ClerkStub;
let source: WatchedSource;
let clock: StoppedClock;
let service: ClerkService;

beforeEach(async () => {
  clerk = await ClerkStub.start();
  clock = new StoppedClock(someTime);
  const options = { apiUrl: clerk.url, secretKey: clerk.secretKey, timeoutMs: 60_000, fetch };
  source = new WatchedSource(new JwksSource(options));
  const log = new RecordedLog();
  const keys = new RemoteSigningKeys(source, clock, log);
  const parties = { authorizedParties: webOrigins, acceptTokensWithoutAzp: false };
  service = new ClerkService(keys, clock, { issuer, ...parties }, log);
});
afterEach(() => clerk.close());

/** Signs a token that is issued at the stopped clock's time. */
function tokenOf(key: SigningKey): Promise<string> {
  const now = Math.floor(clock.now() / second);
  const times = { iat: now, nbf: now - 10, exp: now + 60 };
  return aJws(key.privateKey, rightHeader(key.kid), { ...rightClaims, ...times });
}

/** @returns `served`, or the error code, for a token of this key that is issued now */
async function outcomeOf(key: SigningKey): Promise<string> {
  const token = await tokenOf(key);
  return service.verify(token).then(
    () => 'served',
    (error: unknown) => {
      if (error instanceof Error && 'code' in error) return String(error.code);
      throw error;
    },
  );
}

/** Waits for a background load, for which no caller waits. */
async function backgroundLoad(): Promise<void> {
  await source.lastLoad;
  await new Promise((resolve) => setImmediate(resolve));
}

describe('an outage of Clerk’s key set that begins right after it was loaded', () => {
  beforeEach(async () => {
    expect(await outcomeOf(clerk.key)).toBe('served');
    clerk.keysBehaviour = down;
  });

  test('leaves tokens valid for exactly 24 hours and leads to 503 after that', async () => {
    for (let passed = 0; passed < trustedFor; passed += hour) {
      expect(await outcomeOf(clerk.key)).toBe('served');
      clock.advance(hour);
    }
    expect(await outcomeOf(clerk.key)).toBe('served');
    clock.advance(1);
    await backgroundLoad();
    expect(await outcomeOf(clerk.key)).toBe('auth_unavailable');
    clock.advance(30 * 24 * hour);
    expect(await outcomeOf(clerk.key)).toBe('auth_unavailable');
  });

  test.each([
    ['an hour', hour],
    ['24 hours', trustedFor],
    ['25 hours', 25 * hour],
    ['a month', 30 * 24 * hour],
  ])('ends without a restart after %s', async (_what, passed) => {
    clock.advance(passed);
    await outcomeOf(clerk.key);
    await backgroundLoad();
    clerk.keysBehaviour = undefined;
    clock.advance(second);
    expect(await outcomeOf(clerk.key)).toBe('served');
  });

  test('hides a rotation: old tokens are served and new ones get 503, never 401', async () => {
    const old = clerk.key;
    const rotated = await clerk.rotate('ins_rotated');
    for (let passed = 0; passed <= trustedFor; passed += 4 * hour) {
      expect(await outcomeOf(old)).toBe('served');
      await backgroundLoad();
      expect(await outcomeOf(rotated)).toBe('auth_unavailable');
      clock.advance(4 * hour);
    }
  });

  test('reveals a rotation when it ends: new tokens are served and old ones get 401', async () => {
    const old = clerk.key;
    const rotated = await clerk.rotate('ins_rotated');
    expect(await outcomeOf(rotated)).toBe('auth_unavailable');
    clerk.keysBehaviour = undefined;
    clock.advance(30 * second);
    expect(await outcomeOf(rotated)).toBe('served');
    expect(await outcomeOf(old)).toBe('token_invalid');
  });
});

describe('a machine that starts with its clock two hours ahead', () => {
  beforeEach(() => {
    clock.set(someTime + 2 * hour);
  });

  test('serves within 10 s of the correction if one key fetch failed', async () => {
    clerk.keysBehaviour = down;
    expect(await outcomeOf(clerk.key)).toBe('auth_unavailable');
    clerk.keysBehaviour = undefined;
    clock.set(someTime);
    clock.advance(10 * second);
    expect(await outcomeOf(clerk.key)).toBe('served');
  });

  test('accepts a key that was rotated while the clock was wrong', async () => {
    expect(await outcomeOf(clerk.key)).toBe('served');
    const rotated = await clerk.rotate('ins_rotated');
    clock.advance(second);
    clock.set(someTime);
    expect(await outcomeOf(rotated)).toBe('served');
  });

  test('answers a rotated key with 503, not 401, while Clerk is down, and serves it 30 s later', async () => {
    expect(await outcomeOf(clerk.key)).toBe('served');
    const rotated = await clerk.rotate('ins_rotated');
    clerk.keysBehaviour = down;
    clock.advance(second);
    expect(await outcomeOf(rotated)).toBe('auth_unavailable');
    clerk.keysBehaviour = undefined;
    clock.set(someTime);
    clock.advance(30 * second);
    expect(await outcomeOf(rotated)).toBe('served');
  });

  test('refreshes the key set 10 minutes after it was loaded', async () => {
    expect(await outcomeOf(clerk.key)).toBe('served');
    const withdrawn = clerk.key;
    await clerk.rotate('ins_rotated');
    clock.set(someTime);
    clock.advance(11 * 60 * second);
    expect(await outcomeOf(withdrawn)).toBe('served');
    await backgroundLoad();
    expect(await outcomeOf(withdrawn)).toBe('token_invalid');
  });
});

describe('a machine whose clock is set two hours ahead by mistake', () => {
  test('keeps its key set during an outage, since no time has passed', async () => {
    expect(await outcomeOf(clerk.key)).toBe('served');
    clerk.keysBehaviour = down;
    clock.set(someTime + 25 * hour);
    expect(await outcomeOf(clerk.key)).toBe('served');
  });
});
