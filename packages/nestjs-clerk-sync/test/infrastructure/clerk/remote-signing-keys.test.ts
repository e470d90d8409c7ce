import { generateKeyPair, type CryptoKey } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AuthUnavailableError } from '../../../src/core/errors.js';
import {
  RemoteSigningKeys,
  type KeySource,
} from '../../../src/infrastructure/clerk/signing-keys.js';
import { RecordedLog } from '../../support/recorded-log.js';
import { StoppedClock } from '../../support/stopped-clock.js';

type Keys = ReadonlyMap<string, CryptoKey>;

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

let key: CryptoKey;
beforeAll(async () => {
  key = (await generateKeyPair('RS256')).publicKey;
});

/** Loads the scripted keys, each time a millisecond later. */
class ScriptedSource implements KeySource {
  loads = 0;
  answer: () => Promise<Keys> = () => Promise.resolve(new Map());

  constructor(private readonly clock: StoppedClock) {}

  load(): Promise<Keys> {
    this.loads += 1;
    this.clock.advance(1);
    return this.answer();
  }

  has(...kids: string[]): void {
    this.answer = () => Promise.resolve(new Map(kids.map((kid) => [kid, key])));
  }

  isDown(): void {
    this.answer = () => Promise.reject(new Error('down'));
  }

  /** Delays its answer until the returned function is called. */
  waits(...kids: string[]): () => void {
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    this.answer = async () => {
      await gate;
      return new Map(kids.map((kid) => [kid, key]));
    };
    return go;
  }
}

let clock: StoppedClock;
let source: ScriptedSource;
let log: RecordedLog;
let keys: RemoteSigningKeys;

beforeEach(() => {
  clock = new StoppedClock();
  source = new ScriptedSource(clock);
  log = new RecordedLog();
  keys = new RemoteSigningKeys(source, clock, log);
  source.has('one');
});

/** Waits for a background refresh, for which no caller waits. */
const backgroundLoad = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function expectUnavailable(kid: string): Promise<AuthUnavailableError> {
  const error: unknown = await keys.find(kid).then(
    () => new Error('The key was found.'),
    (cause: unknown) => cause,
  );
  if (!(error instanceof AuthUnavailableError)) throw error;
  expect(error.retryAfterSeconds).toBeGreaterThanOrEqual(1);
  expect(Number.isInteger(error.retryAfterSeconds)).toBe(true);
  return error;
}

describe('RemoteSigningKeys without a loaded set', () => {
  test('loads the set once for 100 concurrent callers and then serves it', async () => {
    const go = source.waits('one');
    const waiting = Array.from({ length: 100 }, () => keys.find('one'));
    go();
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => key));
    expect(await keys.find('one')).toBe(key);
    expect(source.loads).toBe(1);
  });

  test('loads nothing for a token without a kid', async () => {
    expect(await keys.find(undefined)).toBeNull();
    expect(source.loads).toBe(0);
  });

  test('returns null for a made-up kid after one load, since the set is fresh', async () => {
    expect(await keys.find('made-up')).toBeNull();
    expect(source.loads).toBe(1);
  });

  test('is unavailable for any kid while the source is down', async () => {
    source.isDown();
    await expectUnavailable('one');
    await expectUnavailable('made-up');
  });

  test('retries one second after a failed load, not sooner', async () => {
    source.isDown();
    await expectUnavailable('one');
    clock.advance(second - 1);
    await expectUnavailable('one');
    expect(source.loads).toBe(1);
    source.has('one');
    clock.advance(1);
    expect(await keys.find('one')).toBe(key);
    expect(source.loads).toBe(2);
  });

  test('logs why a load failed', async () => {
    source.isDown();
    await expectUnavailable('one');
    expect(log.entries).toEqual([
      expect.objectContaining({ level: 'warn', cause: new Error('down') }),
    ]);
  });
});

describe('RemoteSigningKeys while a load hangs', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('reports unavailability within 5 s and uses the set when it arrives', async () => {
    const go = source.waits('one');
    const waiting = expectUnavailable('one');
    await vi.advanceTimersByTimeAsync(4_500);
    await waiting;
    go();
    expect(await keys.find('one')).toBe(key);
    expect(source.loads).toBe(1);
  });
});

describe('RemoteSigningKeys with a kid that is not in the set', () => {
  beforeEach(async () => {
    await keys.find('one');
    clock.advance(minute);
    source.loads = 0;
  });

  test('loads a rotated key at once', async () => {
    source.has('one', 'two');
    expect(await keys.find('two')).toBe(key);
    expect(source.loads).toBe(1);
  });

  test('drops a withdrawn key', async () => {
    source.has('two');
    await keys.find('two');
    expect(await keys.find('one')).toBeNull();
  });

  test('shares one load among 200 concurrent made-up kids', async () => {
    const found = await Promise.all(
      Array.from({ length: 200 }, (_, index) => keys.find(`made-up-${index}`)),
    );
    expect(new Set(found)).toEqual(new Set([null]));
    expect(source.loads).toBe(1);
  });

  test('loads at most once in 30 s and again after that', async () => {
    for (let at = 0; at < 30; at += 1) {
      expect(await keys.find(`made-up-${at}`)).toBeNull();
      clock.advance(second - (at === 0 ? 1 : 0));
    }
    expect(source.loads).toBe(1);
    source.has('one', 'two');
    expect(await keys.find('two')).toBe(key);
    expect(source.loads).toBe(2);
  });

  test('serves the keys of the set during a load', async () => {
    const go = source.waits('one', 'two');
    const two = keys.find('two');
    expect(await keys.find('one')).toBe(key);
    go();
    expect(await two).toBe(key);
  });

  test('is unavailable, instead of null, for all 30 s while the source is down', async () => {
    source.isDown();
    for (let at = 0; at < 29; at += 1) {
      await expectUnavailable('two');
      clock.advance(second);
    }
    expect(source.loads).toBe(1);
    expect(await keys.find('one')).toBe(key);
  });

  test('returns the time until the next load while the source is down', async () => {
    source.isDown();
    await expectUnavailable('two');
    clock.advance(10 * second);
    const { retryAfterSeconds } = await expectUnavailable('two');
    expect(retryAfterSeconds).toBeGreaterThan(15);
    expect(retryAfterSeconds).toBeLessThanOrEqual(20);
    source.has('one', 'two');
    clock.advance(retryAfterSeconds * second);
    expect(await keys.find('two')).toBe(key);
  });

  test('returns null for a made-up kid as soon as a refresh after the outage lacks it', async () => {
    clock.advance(9 * minute - 10 * second);
    source.isDown();
    await expectUnavailable('made-up');
    source.has('one');
    clock.advance(20 * second);
    await keys.find('one');
    await backgroundLoad();
    clock.advance(second);
    expect(await keys.find('made-up')).toBeNull();
  });

  test('is unavailable after a failed refresh until the next load', async () => {
    clock.advance(10 * minute);
    source.isDown();
    await keys.find('one');
    await backgroundLoad();
    clock.advance(500);
    await expectUnavailable('two');
    clock.advance(300);
    await expectUnavailable('two');
    source.has('one', 'two');
    clock.advance(second);
    expect(await keys.find('two')).toBe(key);
  });
});

describe('RemoteSigningKeys and withdrawn keys', () => {
  let withdrawals: number;
  beforeEach(async () => {
    withdrawals = 0;
    keys.onWithdrawn(() => {
      withdrawals += 1;
    });
    await keys.find('one');
  });

  async function refresh(): Promise<void> {
    clock.advance(11 * minute);
    await keys.find('one');
    await backgroundLoad();
  }

  test('reports a key that the new set lacks, once', async () => {
    source.has('two');
    await refresh();
    expect(withdrawals).toBe(1);
    await refresh();
    expect(withdrawals).toBe(1);
  });

  test('reports a key id that names another key', async () => {
    const { publicKey } = await generateKeyPair('RS256');
    source.answer = () => Promise.resolve(new Map([['one', publicKey]]));
    await refresh();
    expect(withdrawals).toBe(1);
  });

  test('reports nothing if the set is equal or larger, or cannot be loaded', async () => {
    await refresh();
    source.has('one', 'two');
    await refresh();
    source.isDown();
    await refresh();
    expect(withdrawals).toBe(0);
  });
});

describe('RemoteSigningKeys over time', () => {
  beforeEach(async () => {
    await keys.find('one');
    source.loads = 0;
  });

  test('loads nothing for 10 minutes', async () => {
    clock.advance(10 * minute);
    expect(await keys.find('one')).toBe(key);
    expect(source.loads).toBe(0);
  });

  test('refreshes the set once after 10 minutes while the old one serves', async () => {
    const go = source.waits('two');
    clock.advance(10 * minute + second);
    const found = await Promise.all(Array.from({ length: 50 }, () => keys.find('one')));
    expect(new Set(found)).toEqual(new Set([key]));
    expect(source.loads).toBe(1);
    go();
    await backgroundLoad();
    expect(await keys.find('two')).toBe(key);
    expect(source.loads).toBe(1);
  });

  test('tries at most once a second while the source is down', async () => {
    source.isDown();
    clock.advance(11 * minute);
    for (let at = 0; at < 10; at += 1) {
      expect(await keys.find('one')).toBe(key);
      await backgroundLoad();
      clock.advance(100);
    }
    expect(source.loads).toBe(1);
  });

  test('keeps the set for 24 hours of an outage and no longer', async () => {
    source.isDown();
    clock.advance(24 * hour - minute);
    expect(await keys.find('one')).toBe(key);
    await backgroundLoad();
    clock.advance(2 * minute);
    await expectUnavailable('one');
  });

  test('recovers from a longer outage without a restart', async () => {
    source.isDown();
    clock.advance(25 * hour);
    await expectUnavailable('one');
    source.has('one');
    clock.advance(second);
    expect(await keys.find('one')).toBe(key);
  });

  test('waits for a new set if the old one is over 24 hours old', async () => {
    source.has('two');
    clock.advance(25 * hour);
    expect(await keys.find('one')).toBeNull();
    expect(await keys.find('two')).toBe(key);
  });
});
