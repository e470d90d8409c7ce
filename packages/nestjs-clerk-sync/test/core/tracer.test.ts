import { describe, expect, test } from 'vitest';
import {
  AuthenticationError,
  SyncUnavailableError,
  WebhookInvalidError,
} from '../../src/core/errors.js';
import { inSpan } from '../../src/core/tracer.js';
import { type EndedSpan, recordingTracer } from '../support/recording-tracer.js';

// eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- an application may reject with anything
const rejected = (error: unknown) => (): Promise<never> => Promise.reject(error);

function traced(): { ended: EndedSpan[]; tracer: ReturnType<typeof recordingTracer> } {
  const ended: EndedSpan[] = [];
  return { ended, tracer: recordingTracer(ended) };
}

describe('inSpan', () => {
  test('ends the span of synchronous work before it returns the result', () => {
    const { ended, tracer } = traced();
    expect(inSpan(tracer, { name: 'work' }, () => 7)).toBe(7);
    expect(ended).toEqual([{ name: 'work', kind: undefined, attributes: {}, failed: false }]);
  });

  test('ends the span of a promise once it settles', async () => {
    const { ended, tracer } = traced();
    let finish: (result: number) => void = () => undefined;
    const work = new Promise<number>((resolve) => (finish = resolve));
    const result = inSpan(tracer, { name: 'work' }, () => work);
    await Promise.resolve();
    expect(ended).toEqual([]);
    finish(7);
    expect(await result).toBe(7);
    expect(ended).toHaveLength(1);
  });

  test('marks calls to other systems as such', () => {
    const { ended, tracer } = traced();
    void inSpan(tracer, { name: 'call', isCall: true }, () => undefined);
    expect(ended[0]?.kind).toBe(2);
  });

  test('keeps the attributes from before the work and those of its result', () => {
    const { ended, tracer } = traced();
    const options = {
      name: 'work',
      attributes: { 'db.system': 'postgresql' },
      describe: (result: number) => ({ rows: result }),
    };
    void inSpan(tracer, options, (): number | Promise<number> => 3);
    expect(ended[0]?.attributes).toEqual({ 'db.system': 'postgresql', rows: 3 });
  });

  test.each([
    [
      'a failed dependency by its code',
      new SyncUnavailableError('down', 1),
      'sync_unavailable',
      true,
    ],
    ['a bug by the name of its error', new TypeError('of ada@example.com'), 'TypeError', true],
    ['a value that is not an error, by its type', 'ada@example.com', 'string', true],
    [
      'a refused request, without a failure',
      new AuthenticationError('token_expired', 'old'),
      'token_expired',
      false,
    ],
    [
      'a refused webhook, without a failure',
      new WebhookInvalidError('forged', 'signature'),
      'webhook_invalid',
      false,
    ],
  ])('records %s', async (_what, error, type, failed) => {
    const { ended, tracer } = traced();
    await expect(inSpan(tracer, { name: 'work' }, rejected(error))).rejects.toBe(error);
    expect(ended).toEqual([
      { name: 'work', kind: undefined, attributes: { 'error.type': type }, failed },
    ]);
  });

  test('records and passes on an error that is thrown at once', () => {
    const { ended, tracer } = traced();
    const error = new RangeError('out of range');
    const work = (): number | Promise<number> => {
      throw error;
    };
    expect(() => inSpan(tracer, { name: 'work' }, work)).toThrow(error);
    expect(ended).toEqual([
      { name: 'work', kind: undefined, attributes: { 'error.type': 'RangeError' }, failed: true },
    ]);
  });
});
