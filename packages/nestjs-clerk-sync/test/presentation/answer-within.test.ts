import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SyncUnavailableError } from '../../src/core/errors.js';
import { answerWithin } from '../../src/presentation/answer-within.js';

const never = new Promise<never>(() => undefined);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('answerWithin', () => {
  test('resolves with work that takes 4.4 s', async () => {
    const work = new Promise((resolve) => setTimeout(resolve, 4_400, 'late, but there'));
    const answer = answerWithin(work);
    await vi.advanceTimersByTimeAsync(4_400);
    await expect(answer).resolves.toBe('late, but there');
  });

  test('reports unavailability and when to retry within 5 s', async () => {
    const refused = answerWithin(never).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(5_000);
    const error = await Promise.race([refused, Promise.resolve('still waiting')]);
    expect(error).toBeInstanceOf(SyncUnavailableError);
    expect(error).toMatchObject({ code: 'sync_unavailable', retryAfterSeconds: 2 });
  });

  test('tells a user whose request times out that they stay signed in', async () => {
    const refused = answerWithin(never).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await refused).toHaveProperty(
      'message',
      'The service is temporarily unavailable. Try again shortly; you stay signed in.',
    );
  });

  test('passes on the error of work that fails in time', async () => {
    const failure = new Error('its own');
    await expect(answerWithin(Promise.reject(failure))).rejects.toBe(failure);
  });
});
