import { describe, expect, test } from 'vitest';
import { ReconciliationLostError } from '../../../src/core/reconcile/reconcile-users.js';
import { noCounts, type ReconcileOptions } from '../../../src/core/reconcile/reconciliation.js';
import { aReconciliation, type AReconciliation, fiveUsers } from './a-reconciliation.js';

/** @returns reconciliation with a Clerk that takes 200 ms per request */
function withSlowClerk(): AReconciliation {
  const reconciliation = aReconciliation(fiveUsers());
  reconciliation.clerk.onRequest = () => reconciliation.time.sleep(200);
  return reconciliation;
}

const leases = (saves: readonly string[]): number =>
  saves.filter((save) => save === 'lease').length;

describe('the lease of the active process', () => {
  test('is renewed every second until the run ends', async () => {
    const { run, clerk, store, time } = aReconciliation(fiveUsers());
    clerk.onRequest = (request) => (request === 'list from d' ? time.sleep(3_500) : undefined);
    await run();
    expect(leases(store.saves)).toBe(3);
    const saves = store.saves.length;
    await time.until(time.sleep(10_000));
    expect(store.saves).toHaveLength(saves);
  });

  test('is renewed while Clerk takes longer than its duration', async () => {
    const { start, clerk, time } = aReconciliation(fiveUsers());
    clerk.onRequest = (request) => (request === 'list from d' ? time.sleep(10_000) : undefined);
    const [one, two] = await time.until(Promise.all([start({}, 'one'), start({}, 'two')]));
    expect(one).toMatchObject({ shared: false, created: 5 });
    expect(two).toEqual({ ...one, shared: true });
  });

  test('is released and no longer renewed if the run fails', async () => {
    const { run, clerk, store, time } = aReconciliation(fiveUsers());
    clerk.onRequest = (request) => {
      if (request === 'list from d') throw new Error('killed');
    };
    await expect(run()).rejects.toThrow('killed');
    expect(store.holder).toBeNull();
    await time.until(time.sleep(10_000));
    expect(leases(store.saves)).toBe(0);
  });

  test('ends the run immediately, without further writes, once another process holds it', async () => {
    const { run, clerk, store, users } = aReconciliation(fiveUsers());
    clerk.onRequest = (request) => {
      if (request === 'list from b') store.holder = { owner: 'another process', until: 10_000 };
    };
    const error: unknown = await run().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ReconciliationLostError);
    expect(error).toMatchObject({
      code: 'reconciliation_lost',
      message: expect.stringMatching(/^Another process took over.*run it again/) as string,
    });
    expect(users.synced).toHaveLength(4);
    expect(store.run).toMatchObject({ counts: { scanned: 2 } });
  });

  test('stays lost after a rejected renewal, even if it is free again', async () => {
    const { run, clerk, store, time } = aReconciliation(fiveUsers());
    clerk.onRequest = async (request) => {
      if (request !== 'list from b') return;
      store.holder = { owner: 'another process', until: 10_000 };
      await time.sleep(1_500);
      store.holder = { owner: 'this process', until: 10_000 };
      await time.sleep(5_000);
    };
    await expect(run()).rejects.toThrow(ReconciliationLostError);
    expect(store.saves).toEqual(['listing b', 'lease']);
  });

  test('survives a failed renewal if the next one is in time', async () => {
    const { run, clerk, database, time } = aReconciliation(fiveUsers());
    clerk.onRequest = async (request) => {
      if (request !== 'list from d') return;
      database.failures.set('save', 1);
      await time.sleep(2_500);
    };
    expect(await run()).toMatchObject({ created: 5 });
  });
});

describe('a process that waits for the lease', () => {
  test('checks twice a second, reports that it waits, and returns the other’s result', async () => {
    const { start, time, clerk, progress, store } = withSlowClerk();
    const [one, two] = await time.until(Promise.all([start({}, 'one'), start({}, 'two')]));
    expect(one).toMatchObject({ created: 5, shared: false, durationMs: 1_400 });
    expect(two).toEqual({ ...one, shared: true });
    const waiting = progress.filter(({ phase }) => phase === 'waiting');
    const first = { phase: 'waiting', done: 0, total: null, counts: noCounts, resumedAt: null };
    expect(waiting).toEqual([first, first, first]);
    expect(clerk.requests).toBe(6);
    expect(store.holder).toBeNull();
  });

  test.each<[string, ReconcileOptions, ReconcileOptions]>([
    ['--delete-missing', { deleteMissing: true }, {}],
    [
      '--max-deletions',
      { deleteMissing: true, maxDeletions: 1 },
      { deleteMissing: true, maxDeletions: 2 },
    ],
    ['--since', { since: 1 }, { since: 2 }],
    ['--restart', { restart: true }, {}],
  ])('runs itself if the other process used a different %s', async (_what, options, others) => {
    const { start, time } = withSlowClerk();
    const both = Promise.all([start(options, 'one'), start(others, 'two')]);
    const [one, two] = await time.until(both);
    expect([one.shared, two.shared]).toEqual([false, false]);
    expect(two.scanned).toBe(5);
  });

  test('returns the other process’s result for the same options', async () => {
    const { start, time } = withSlowClerk();
    const options = { deleteMissing: true, maxDeletions: 1, restart: true };
    const both = Promise.all([start({ ...options }, 'one'), start({ ...options }, 'two')]);
    expect(await time.until(both)).toMatchObject([{ shared: false }, { shared: true }]);
  });

  test('continues the work of a process that was killed', async () => {
    const { run, start, store, time, clerk } = withSlowClerk();
    await run();
    store.holder = { owner: 'a process that was killed', until: time.monotonic() + 1_200 };
    const requests = clerk.requests;
    expect(await time.until(start())).toMatchObject({ shared: false, unchanged: 5 });
    expect(clerk.requests).toBeGreaterThan(requests);
  });

  test('runs itself if no run has ever finished', async () => {
    const { run, store } = aReconciliation(fiveUsers());
    store.holder = { owner: 'a process that was killed', until: 1_200 };
    expect(await run()).toMatchObject({ shared: false, created: 5 });
  });

  test('does not share the result of a run that finished before it began', async () => {
    const { run } = aReconciliation(fiveUsers());
    await run();
    expect(await run()).toMatchObject({ shared: false, created: 0, unchanged: 5 });
  });
});

describe('a dry run', () => {
  test('works alongside another process, counts the same, and writes nothing', async () => {
    const { run, users, store, metrics, database } = aReconciliation(fiveUsers());
    users.add('a', { name: 'older' });
    users.add('x');
    const holder = { owner: 'another process', until: 10_000 };
    store.holder = holder;
    const result = await run({ dryRun: true, deleteMissing: true });
    expect(result).toMatchObject({ scanned: 5, created: 4, updated: 1, missing: 1, deleted: 0 });
    expect(new Set(database.statements)).toEqual(
      new Set(['now', 'instance', 'countLive', 'findRows', 'livePage']),
    );
    expect(metrics.counted).toEqual([]);
    expect(store.holder).toBe(holder);
  });
});
