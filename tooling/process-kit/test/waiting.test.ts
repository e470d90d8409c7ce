import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { ProgramEndedError } from '../src/program-error.js';
import { poll, settlesWithin, until, untilAborted, WaitTimeoutError } from '../src/waiting.js';

const pending = new Promise<string>(() => undefined);

describe('untilAborted', () => {
  test('returns the result of work and removes its listener', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(signal, Promise.resolve(7))).toBe(7);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('throws what the work throws and removes its listener', async () => {
    const { signal } = new AbortController();
    await expect(untilAborted(signal, Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    );
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('stops waiting when the signal aborts and removes its listener', async () => {
    const controller = new AbortController();
    const waiting = untilAborted(controller.signal, pending);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    controller.abort();
    expect(await waiting).toBeUndefined();
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  test('does not wait when the signal has already aborted', async () => {
    const signal = AbortSignal.abort();
    expect(await untilAborted(signal, pending)).toBeUndefined();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('until', () => {
  test('resolves with the first value that is neither undefined nor false', async () => {
    const values = [undefined, false, 0];
    expect(await until('a value is there', () => values.shift(), 5_000, { intervalMs: 1 })).toBe(0);
  });

  test('names the condition that was not met in time', async () => {
    const waiting = until('pigs fly', () => false, 10);
    await expect(waiting).rejects.toThrow('Timed out after 0.01 s waiting until pigs fly.');
    await expect(waiting).rejects.toBeInstanceOf(WaitTimeoutError);
  });

  test('rejects at once with an error of the attempt', async () => {
    const waiting = until('it works', () => Promise.reject(new Error('broken')));
    await expect(waiting).rejects.toThrow('broken');
  });

  test('retries after an error if requested, and reports the last one', async () => {
    const refused = (): Promise<never> => Promise.reject(new Error('connection refused'));
    await expect(until('it answers', refused, 10, { retryErrors: true })).rejects.toThrow(
      'Timed out after 0.01 s waiting until it answers: connection refused',
    );
  });

  test('does not retry after the end of a program', async () => {
    const ended = (): Promise<never> => Promise.reject(new ProgramEndedError('It ended.', ''));
    await expect(until('it answers', ended, 60_000, { retryErrors: true })).rejects.toThrow(
      'It ended.',
    );
  });
});

test('poll makes at least one attempt and returns undefined after the timeout', async () => {
  let attempts = 0;
  const attempt = (): boolean => {
    attempts += 1;
    return false;
  };
  expect(await poll(attempt, { timeoutMs: 0 })).toBeUndefined();
  expect(attempts).toBe(1);
});

test('settlesWithin tells a settled promise from a pending one and passes on a rejection', async () => {
  expect(await settlesWithin(Promise.resolve(), 5_000)).toBe(true);
  expect(await settlesWithin(pending, 10)).toBe(false);
  await expect(settlesWithin(Promise.reject(new Error('broken')), 5_000)).rejects.toThrow('broken');
});
