import { beforeEach, describe, expect, test } from 'vitest';
import { CoherentLoads } from '../../../src/infrastructure/cache/coherent-loads.js';
import { StoppedClock } from '../../support/stopped-clock.js';

const always = Number.POSITIVE_INFINITY;
const ada = { clerkId: 'ada', question: 'a' };
const ignore = (): undefined => undefined;

/** A load that the test completes. */
function aLoad(): { work: () => Promise<string>; end: (result: string) => void; fail: () => void } {
  let end: (result: string) => void = ignore;
  let fail: () => void = ignore;
  const result = new Promise<string>((resolve, reject) => {
    end = resolve;
    fail = () => {
      reject(new Error('down'));
    };
  });
  return { work: () => result, end, fail };
}

let clock: StoppedClock;
let loads: CoherentLoads<string>;
beforeEach(() => {
  clock = new StoppedClock();
  loads = new CoherentLoads<string>(clock);
});

describe('CoherentLoads', () => {
  test('shares a running load with later callers for the same key', async () => {
    const first = aLoad();
    const kept: string[] = [];
    const leader = loads.run(ada, always, first.work, (result) => kept.push(result));
    const follower = loads.run(ada, always, aLoad().work, (result) => kept.push(result));
    first.end('Ada');
    expect([leader.isShared, follower.isShared]).toEqual([false, true]);
    expect(await Promise.all([leader.result, follower.result])).toEqual(['Ada', 'Ada']);
    expect(kept).toEqual(['Ada']);
  });

  test('does not share loads between users or questions', async () => {
    const keys = [
      { clerkId: 'ada', question: 'a' },
      { clerkId: 'ada', question: 'b' },
      { clerkId: 'grace', question: 'a' },
    ];
    const results = keys.map((key) =>
      loads.run(key, always, () => Promise.resolve(`${key.clerkId} ${key.question}`), ignore),
    );
    expect(await Promise.all(results.map(({ result }) => result))).toEqual([
      'ada a',
      'ada b',
      'grace a',
    ]);
  });

  test('marks a load as invalidated by a change and starts a new one for later callers', async () => {
    const [old, fresh] = [aLoad(), aLoad()];
    const seen: unknown[] = [];
    const see = (result: string, load: { isInvalidated: boolean }): unknown =>
      seen.push([result, load.isInvalidated]);
    const before = loads.run(ada, always, old.work, see);
    loads.invalidate('ada');
    const after = loads.run(ada, always, fresh.work, see);
    fresh.end('new');
    old.end('old');
    expect(await Promise.all([before.result, after.result])).toEqual(['old', 'new']);
    expect(after.isShared).toBe(false);
    expect(seen).toEqual(
      expect.arrayContaining([
        ['old', true],
        ['new', false],
      ]),
    );
  });

  test('shares the successor of an invalidated load after the invalidated one ends', async () => {
    const [old, fresh] = [aLoad(), aLoad()];
    const before = loads.run(ada, always, old.work, ignore);
    loads.invalidate('ada');
    const after = loads.run(ada, always, fresh.work, ignore);
    old.end('old');
    await before.result;
    const third = loads.run(ada, always, aLoad().work, ignore);
    fresh.end('new');
    expect(third.isShared).toBe(true);
    expect(await after.result).toBe('new');
    expect(await third.result).toBe('new');
  });

  test('does not share a load that has reached the maximum age', async () => {
    const [old, fresh] = [aLoad(), aLoad()];
    const first = loads.run(ada, 1_000, old.work, ignore);
    clock.advance(999 - clock.monotonic());
    expect(loads.run(ada, 1_000, aLoad().work, ignore).isShared).toBe(true);
    clock.advance(1_000 - clock.monotonic());
    const second = loads.run(ada, 1_000, fresh.work, ignore);
    expect(second.isShared).toBe(false);
    fresh.end('new');
    old.end('old');
    expect(await Promise.all([first.result, second.result])).toEqual(['old', 'new']);
  });

  test('shares nothing with a maximum age of 0', () => {
    loads.run(ada, 0, aLoad().work, ignore);
    expect(loads.run(ada, 0, aLoad().work, ignore).isShared).toBe(false);
  });

  test('invalidates even loads that are too old to share', async () => {
    const [old, fresh] = [aLoad(), aLoad()];
    const invalidated: boolean[] = [];
    const see = (_result: string, load: { isInvalidated: boolean }): unknown =>
      invalidated.push(load.isInvalidated);
    const first = loads.run(ada, 1_000, old.work, see);
    clock.advance(1_000 - clock.monotonic());
    const second = loads.run(ada, 1_000, fresh.work, see);
    loads.invalidate('ada');
    old.end('');
    fresh.end('');
    await Promise.all([first.result, second.result]);
    expect(invalidated).toEqual([true, true]);
  });

  test('invalidates the loads of one user or of all users', async () => {
    const running = ['ada', 'grace'].map((clerkId) => ({ clerkId, load: aLoad() }));
    const invalidated: Record<string, boolean> = {};
    const results = running.map(({ clerkId, load }) =>
      loads.run({ clerkId, question: '' }, always, load.work, (_result, { isInvalidated }) => {
        invalidated[clerkId] = isInvalidated;
      }),
    );
    loads.invalidate('ada');
    for (const { load } of running) load.end('');
    await Promise.all(results.map(({ result }) => result));
    expect(invalidated).toEqual({ ada: true, grace: false });

    const load = aLoad();
    const key = { clerkId: 'grace', question: '' };
    const all = loads.run(key, always, load.work, (_result, { isInvalidated }) => {
      invalidated['grace'] = isInvalidated;
    });
    loads.invalidateAll();
    load.end('');
    await all.result;
    expect(invalidated['grace']).toBe(true);
  });

  test('passes the start time of a load to its callback', async () => {
    const load = aLoad();
    clock.advance(5 - clock.monotonic());
    let startedAt: number | undefined;
    const { result } = loads.run(ada, always, load.work, (_result, own) => {
      startedAt = own.startedAt;
    });
    clock.advance(50 - clock.monotonic());
    load.end('');
    await result;
    expect(startedAt).toBe(5);
  });

  test('shares a failure, does not cache it and loads again', async () => {
    const failing = aLoad();
    const kept: string[] = [];
    const both = [1, 2].map(
      () => loads.run(ada, always, failing.work, (result) => kept.push(result)).result,
    );
    failing.fail();
    for (const each of both) await expect(each).rejects.toThrow('down');
    const again = loads.run(ada, always, () => Promise.resolve('up'), ignore);
    expect(await again.result).toBe('up');
    expect(kept).toEqual([]);
  });
});
