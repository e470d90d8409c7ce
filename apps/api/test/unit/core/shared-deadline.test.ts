import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SharedDeadline } from '../../../src/core/shared-deadline.js';

const never = (): Promise<never> => new Promise(() => undefined);
const late = new Error('late');

/** What became of a wait so far. */
function watch<T>(wait: Promise<T>): { state: string } {
  const watched = { state: 'waiting' };
  wait.then(
    (value) => (watched.state = `resolved ${String(value)}`),
    (cause: unknown) => (watched.state = `rejected ${cause === late ? 'late' : String(cause)}`),
  );
  return watched;
}

describe('SharedDeadline', () => {
  let deadline: SharedDeadline;
  beforeEach(() => {
    vi.useFakeTimers();
    deadline = new SharedDeadline(1_000, () => late);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gives what the work gives, and its failure as it is', async () => {
    expect(await deadline.wait(Promise.resolve('done'))).toBe('done');
    const failure = new Error('down');
    await expect(deadline.wait(Promise.reject(failure))).rejects.toBe(failure);
  });

  it('gives up each wait when its own time is over, and not before', async () => {
    const first = watch(deadline.wait(never()));
    await vi.advanceTimersByTimeAsync(600);
    const second = watch(deadline.wait(never()));
    await vi.advanceTimersByTimeAsync(399);
    expect([first.state, second.state]).toEqual(['waiting', 'waiting']);
    await vi.advanceTimersByTimeAsync(1);
    expect([first.state, second.state]).toEqual(['rejected late', 'waiting']);
    await vi.advanceTimersByTimeAsync(599);
    expect(second.state).toBe('waiting');
    await vi.advanceTimersByTimeAsync(1);
    expect(second.state).toBe('rejected late');
  });

  it('gives up one that began while nobody else was waiting any more', async () => {
    await deadline.wait(Promise.resolve());
    await vi.advanceTimersByTimeAsync(700);
    const wait = watch(deadline.wait(never()));
    await vi.advanceTimersByTimeAsync(999);
    expect(wait.state).toBe('waiting');
    await vi.advanceTimersByTimeAsync(1);
    expect(wait.state).toBe('rejected late');
  });

  it('lets what ends in time end, beside what does not', async () => {
    let end: (value: string) => void = () => undefined;
    const slow = watch(deadline.wait(new Promise<string>((resolve) => (end = resolve))));
    const hung = watch(deadline.wait(never()));
    await vi.advanceTimersByTimeAsync(900);
    end('done');
    await vi.advanceTimersByTimeAsync(100);
    expect([slow.state, hung.state]).toEqual(['resolved done', 'rejected late']);
  });

  it('has no timer left once nobody waits', async () => {
    await deadline.wait(Promise.resolve());
    await vi.advanceTimersByTimeAsync(1_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});
