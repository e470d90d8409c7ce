import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { untilAborted } from '../../src/process/until-aborted.js';

const pending = new Promise<string>(() => undefined);

test('returns the result of work and removes its listener', async () => {
  const { signal } = new AbortController();
  expect(await untilAborted(signal, Promise.resolve(7))).toBe(7);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('throws what the work throws and removes its listener', async () => {
  const { signal } = new AbortController();
  await expect(untilAborted(signal, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
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

test('does not wait when the signal has aborted already', async () => {
  const signal = AbortSignal.abort();
  expect(await untilAborted(signal, pending)).toBeUndefined();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
