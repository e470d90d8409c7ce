import { describe, expect, test, vi } from 'vitest';
import { withDeadline } from '../../src/core/with-deadline.js';

const late = (): Error => new Error('too late');
const never = new Promise<never>(() => undefined);

describe('withDeadline', () => {
  test('resolves with a result that arrives in time', async () => {
    await expect(withDeadline(Promise.resolve(7), 1_000, late)).resolves.toBe(7);
  });

  test('rejects with the error of the work if it arrives in time', async () => {
    const failure = new Error('its own');
    await expect(withDeadline(Promise.reject(failure), 1_000, late)).rejects.toBe(failure);
  });

  test('rejects at the deadline', async () => {
    const startedAt = performance.now();
    await expect(withDeadline(never, 30, late)).rejects.toThrow('too late');
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  test('creates the timeout error only at the deadline', async () => {
    const onTimeout = vi.fn(late);
    await withDeadline(Promise.resolve(), 10, onTimeout);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(onTimeout).not.toHaveBeenCalled();
  });

  test('leaves no timer that keeps the process alive', async () => {
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    await withDeadline(Promise.resolve(), 60_000, late);
    // Only the timer matters here.
    await withDeadline(Promise.reject(late()), 60_000, late).catch(() => undefined);
    expect(timers()).toBe(before);
  });
});
