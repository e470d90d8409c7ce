import { getEventListeners } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { WebhookSender } from '../../src/webhooks/webhook-sender.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';

const signingSecret = `whsec_${Buffer.from('a secret of thirty-two characters').toString('base64')}`;
const message = {
  key: 'msg_1',
  id: 'msg_1',
  type: 'user.created' as const,
  userId: 'user_1',
  body: '{"type":"user.created","data":{"id":"user_1"}}',
  attempts: 0,
};

afterEach(() => {
  vi.useRealTimers();
});

test('leaves no listener on the instance’s signal after an attempt', async () => {
  const closing = new AbortController();
  const receiver = await aWebhookReceiver();
  const reached = aSender(receiver.url);
  const unreachable = aSender('http://127.0.0.1:1/nobody');

  for (let attempt = 0; attempt < 5; attempt += 1) {
    expect(await reached.send(message, closing.signal)).toMatchObject({ ok: true });
    expect(await unreachable.send(message, closing.signal)).toMatchObject({ ok: false });
  }

  expect(getEventListeners(closing.signal, 'abort')).toEqual([]);
  expect(dependantsOf(closing.signal)).toBe(0);
});

test('dependantsOf() detects the signals that AbortSignal.any leaks', () => {
  const { signal } = new AbortController();
  AbortSignal.any([signal]);
  expect(dependantsOf(signal)).toBe(1);
});

test('sends nothing if the instance has closed', async () => {
  const receiver = await aWebhookReceiver();
  const result = await aSender(receiver.url).send(message, AbortSignal.abort());
  expect(result).toEqual({ ok: false, httpStatus: null, reason: 'network' });
  expect(receiver.received).toEqual([]);
});

test('fails an attempt after 15 s without a response', async () => {
  const receiver = await aWebhookReceiver();
  receiver.hang = true;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { signal } = new AbortController();
  let result: unknown;
  const attempt = aSender(receiver.url)
    .send(message, signal)
    .then((ended) => (result = ended));
  while (receiver.received.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await vi.advanceTimersByTimeAsync(14_999);
  expect(result).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(await attempt).toEqual({ ok: false, httpStatus: null, reason: 'timeout' });
});

function aSender(url: string): WebhookSender {
  return new WebhookSender({ endpoints: [{ url, secret: signingSecret }], now: Date.now });
}

/** Counts the signals derived with `AbortSignal.any`. Node keeps them under a private symbol. */
function dependantsOf(signal: AbortSignal): number {
  const symbol = Object.getOwnPropertySymbols(signal).find(
    ({ description }) => description === 'kDependantSignals',
  );
  const set: unknown = symbol && Reflect.get(signal, symbol);
  return typeof set === 'object' && set !== null ? Number(Reflect.get(set, 'size')) : 0;
}
