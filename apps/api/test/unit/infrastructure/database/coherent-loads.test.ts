import { describe, expect, it } from 'vitest';
import { CoherentLoads } from '../../../../src/infrastructure/database/coherent-loads.js';

/** A load that ends when the test says so. */
function aLoad(): { work: () => Promise<string>; end: (result: string) => void; fail: () => void } {
  let end: (result: string) => void = () => undefined;
  let fail: () => void = () => undefined;
  const result = new Promise<string>((resolve, reject) => {
    end = resolve;
    fail = () => {
      reject(new Error('down'));
    };
  });
  return { work: () => result, end, fail };
}

describe('CoherentLoads', () => {
  it('shares a load among those who want the same meanwhile', async () => {
    const loads = new CoherentLoads<string>();
    const first = aLoad();
    const kept: string[] = [];
    const leader = loads.run('ada', 'a', first.work, (result) => kept.push(result));
    const follower = loads.run('ada', 'a', aLoad().work, (result) => kept.push(result));
    first.end('Ada');
    expect([leader.shared, follower.shared]).toEqual([false, true]);
    expect(await Promise.all([leader.result, follower.result])).toEqual(['Ada', 'Ada']);
    expect(kept).toEqual(['Ada']);
  });

  it('keeps different people and different questions apart', async () => {
    const loads = new CoherentLoads<string>();
    const keys = [
      ['ada', 'a'],
      ['ada', 'b'],
      ['grace', 'a'],
    ] as const;
    const results = keys.map(([who, what]) =>
      loads.run(
        who,
        what,
        () => Promise.resolve(`${who} ${what}`),
        () => undefined,
      ),
    );
    expect(await Promise.all(results.map(({ result }) => result))).toEqual([
      'ada a',
      'ada b',
      'grace a',
    ]);
  });

  it('says of a load that a change overtook that it was overtaken, and begins a new one', async () => {
    const loads = new CoherentLoads<string>();
    const [old, fresh] = [aLoad(), aLoad()];
    const seen: unknown[] = [];
    const before = loads.run('ada', 'a', old.work, (...told) => seen.push(told));
    loads.overtake('ada');
    const after = loads.run('ada', 'a', fresh.work, (...told) => seen.push(told));
    fresh.end('new');
    old.end('old');
    expect(await Promise.all([before.result, after.result])).toEqual(['old', 'new']);
    expect(after.shared).toBe(false);
    expect(seen).toEqual(
      expect.arrayContaining([
        ['old', true],
        ['new', false],
      ]),
    );
  });

  it('does not let the end of an overtaken load end the sharing of its successor', async () => {
    const loads = new CoherentLoads<string>();
    const [old, fresh] = [aLoad(), aLoad()];
    const before = loads.run('ada', 'a', old.work, () => undefined);
    loads.overtake('ada');
    const after = loads.run('ada', 'a', fresh.work, () => undefined);
    old.end('old');
    await before.result;
    const third = loads.run('ada', 'a', aLoad().work, () => undefined);
    fresh.end('new');
    expect(third.shared).toBe(true);
    expect(await after.result).toBe('new');
    expect(await third.result).toBe('new');
  });

  it('overtakes one person’s loads alone, or everybody’s', async () => {
    const loads = new CoherentLoads<string>();
    const people = ['ada', 'grace'].map((who) => ({ who, load: aLoad() }));
    const overtaken: Record<string, boolean> = {};
    const results = people.map(({ who, load }) =>
      loads.run(who, '', load.work, (_result, wasOvertaken) => {
        overtaken[who] = wasOvertaken;
      }),
    );
    loads.overtake('ada');
    for (const { load } of people) load.end('');
    await Promise.all(results.map(({ result }) => result));
    expect(overtaken).toEqual({ ada: true, grace: false });

    const load = aLoad();
    const all = loads.run('grace', '', load.work, (_result, wasOvertaken) => {
      overtaken['grace'] = wasOvertaken;
    });
    loads.overtakeAll();
    load.end('');
    await all.result;
    expect(overtaken['grace']).toBe(true);
  });

  it('shares a failure, keeps nothing of it, and loads again', async () => {
    const loads = new CoherentLoads<string>();
    const failing = aLoad();
    const kept: string[] = [];
    const both = [1, 2].map(() => loads.run('ada', 'a', failing.work, (r) => kept.push(r)).result);
    failing.fail();
    for (const each of both) await expect(each).rejects.toThrow('down');
    const again = loads.run(
      'ada',
      'a',
      () => Promise.resolve('up'),
      () => undefined,
    );
    expect(await again.result).toBe('up');
    expect(kept).toEqual([]);
  });
});
