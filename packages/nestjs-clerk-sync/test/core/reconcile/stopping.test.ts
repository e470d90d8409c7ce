import { describe, expect, test } from 'vitest';
import { ReconciliationStoppedError } from '../../../src/core/reconcile/stop.js';
import { aReconciliation, fiveUsers } from './a-reconciliation.js';

const stopped = expect.objectContaining({ code: 'reconciliation_stopped' }) as Error;

describe('a run that the caller stops', () => {
  test('releases its lease immediately while Clerk is not responding, and is resumed', async () => {
    const { run, start, clerk, store, users, time } = aReconciliation(fiveUsers());
    const stop = new AbortController();
    clerk.onRequest = async (request) => {
      if (request !== 'list from b') return;
      stop.abort();
      await time.sleep(60_000);
    };
    const error: unknown = await time
      .until(start({}, 'this process', stop.signal))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ReconciliationStoppedError);
    expect(error).toEqual(stopped);
    expect(time.monotonic()).toBeLessThan(1_000);
    expect(store.holder).toBeNull();
    expect(store.run).toMatchObject({ counts: { scanned: 2 } });

    clerk.onRequest = () => undefined;
    expect(await run()).toMatchObject({ resumed: true, scanned: 5, shared: false });
    expect(users.synced).toHaveLength(5);
  });

  test('stores no position once it has stopped, although its work ends later', async () => {
    const { start, clerk, store, time } = aReconciliation(fiveUsers());
    const stop = new AbortController();
    clerk.onRequest = async (request) => {
      if (request !== 'list from b') return;
      stop.abort();
      await time.sleep(5_000);
    };
    await expect(time.until(start({}, 'one', stop.signal))).rejects.toEqual(stopped);
    const saves = [...store.saves];
    await time.until(time.sleep(20_000));
    expect(store.saves).toEqual(saves);
  });

  test('deletes no further users', async () => {
    const { start, run, users, progress, time } = aReconciliation(fiveUsers());
    await run();
    for (const id of ['v', 'w', 'x']) users.add(id);
    const stop = new AbortController();
    progress.push = (...now): number => {
      if (now.some(({ phase }) => phase === 'deleting')) stop.abort();
      return 0;
    };
    const options = { deleteMissing: true, maxDeletions: 3 };
    await expect(time.until(start(options, 'one', stop.signal))).rejects.toEqual(stopped);
    await time.until(time.sleep(5_000));
    expect(users.deleted).toEqual(['v by reconcile']);
  });

  test('takes no lease if it waits for another process', async () => {
    const { start, store, time, progress } = aReconciliation(fiveUsers());
    const holder = { owner: 'another process', until: 10_000 };
    store.holder = holder;
    const stop = new AbortController();
    progress.push = (): number => {
      stop.abort();
      return 0;
    };
    await expect(time.until(start({}, 'one', stop.signal))).rejects.toEqual(stopped);
    await time.until(time.sleep(20_000));
    expect(store.holder).toBe(holder);
  });

  test('ends a dry run', async () => {
    const { start, clerk, time } = aReconciliation(fiveUsers());
    const stop = new AbortController();
    clerk.onRequest = async () => {
      stop.abort();
      await time.sleep(60_000);
    };
    await expect(time.until(start({ dryRun: true }, 'one', stop.signal))).rejects.toEqual(stopped);
    expect(time.monotonic()).toBeLessThan(1_000);
  });

  test('does nothing if it is stopped before it begins', async () => {
    const { start, database, time } = aReconciliation(fiveUsers());
    await expect(time.until(start({}, 'one', AbortSignal.abort()))).rejects.toEqual(stopped);
    expect(database.statements).toEqual([]);
  });
});
