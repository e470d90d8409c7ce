import { afterEach, describe, expect, test, vi } from 'vitest';
import { ClerkUnavailableError } from '../../../src/infrastructure/clerk/clerk-user-list.js';
import {
  broken,
  json,
  ScriptedClerk,
  type ScriptedAnswer,
  status,
} from '../../support/scripted-clerk.js';

const seven = json({ total_count: 7 });
const times = (count: number, answer: ScriptedAnswer): ScriptedAnswer[] =>
  Array.from({ length: count }, () => answer);

const pauses = [500, 1_000, 2_000, 4_000, 8_000];

describe('after a failure', () => {
  test.each([
    ['500', status(500)],
    ['503', status(503)],
    ['408', status(408)],
    ['a broken connection', broken],
    ['a body that is not JSON', () => new Response('<html>')],
  ] satisfies [string, ScriptedAnswer][])('retries: %s', async (_what, failure) => {
    const clerk = new ScriptedClerk([failure, failure, seven]);
    expect(await clerk.list.count()).toBe(7);
    expect(clerk.list.requests).toBe(3);
    expect(clerk.asked).toEqual([1, 2, 3].map(() => '/v1/users/count'));
  });

  test('pauses longer each time, by up to half at random, and gives up after five', async () => {
    const clerk = new ScriptedClerk(times(6, status(502)));
    const error: unknown = await clerk.list.count().catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ClerkUnavailableError);
    expect(error).toHaveProperty(
      'message',
      expect.stringMatching(/is not responding \(it returned 502\).*run the command again/),
    );
    expect(clerk.waits).toHaveLength(pauses.length);
    pauses.forEach((pause, index) => {
      expect(clerk.waits[index]).toBeGreaterThanOrEqual(pause / 2);
      expect(clerk.waits[index]).toBeLessThanOrEqual(pause);
    });
  });

  test('keeps the cause of a failure, for the operator', async () => {
    const clerk = new ScriptedClerk(times(6, broken));
    await expect(clerk.list.count()).rejects.toMatchObject({
      message: expect.stringContaining('no usable response') as string,
      cause: expect.objectContaining({ message: 'fetch failed' }) as Error,
    });
  });

  test('does not read an endless page', async () => {
    const chunk = new Uint8Array(1024 * 1024);
    let read = 0;
    const endless: ScriptedAnswer = () =>
      new Response(
        new ReadableStream<Uint8Array>({
          pull: (controller) => {
            read += 1;
            controller.enqueue(chunk);
          },
        }),
      );
    const clerk = new ScriptedClerk([endless, seven]);
    expect(await clerk.list.count()).toBe(7);
    expect(read).toBeLessThan(64);
  });

  test('closes the body that it does not read, so that the connection is free', async () => {
    let isCancelled = false;
    const unread: ScriptedAnswer = () =>
      new Response(
        new ReadableStream({
          cancel: () => {
            isCancelled = true;
          },
        }),
        { status: 500 },
      );
    await new ScriptedClerk([unread, seven]).list.count();
    expect(isCancelled).toBe(true);
  });

  test('accepts a refusal without a body', async () => {
    const clerk = new ScriptedClerk([() => new Response(null, { status: 500 }), seven]);
    expect(await clerk.list.count()).toBe(7);
    expect(clerk.list.requests).toBe(2);
  });

  test('ends a request by a signal that has not aborted when it is sent', async () => {
    const signals: (boolean | undefined)[] = [];
    const watch: ScriptedAnswer = (signal) => {
      signals.push(signal?.aborted);
      return Response.json({ total_count: 7 });
    };
    await new ScriptedClerk([watch]).list.count();
    expect(signals).toEqual([false]);
  });
});

describe('a 429', () => {
  const busy = status(429, { 'retry-after': '12' });

  test('waits for Retry-After, and tells the operator', async () => {
    const clerk = new ScriptedClerk([busy, seven]);
    expect(await clerk.list.count()).toBe(7);
    expect(clerk.waits).toEqual([12_000]);
    expect(clerk.messages).toEqual([
      'Clerk is rate limiting requests (429): waiting for 12 s. If this repeats, lower --rate.',
    ]);
  });

  test('waits until a date', async () => {
    const date = new Date(ScriptedClerk.now + 90_000).toUTCString();
    const clerk = new ScriptedClerk([status(429, { 'retry-after': date }), seven]);
    await clerk.list.count();
    expect(clerk.waits).toEqual([90_000]);
  });

  test.each(['0', '-1', 'Thu, 01 Jan 1970 00:00:00 GMT'])(
    'waits at least a second, even for Retry-After: %s, so that 20 of them outlast a window of 10 s',
    async (header) => {
      const clerk = new ScriptedClerk([status(429, { 'retry-after': header }), seven]);
      expect(await clerk.list.count()).toBe(7);
      expect(clerk.waits).toEqual([1_000]);
    },
  );

  test('waits five minutes, and ends the run if Clerk asks for more', async () => {
    const clerk = new ScriptedClerk([status(429, { 'retry-after': '300' }), seven]);
    expect(await clerk.list.count()).toBe(7);
    const longer = new ScriptedClerk([status(429, { 'retry-after': '301' })]);
    await expect(longer.list.count()).rejects.toThrow(
      'Clerk is rate limiting requests (429) and asks to wait 301 s. Run the command again after that, or with a lower --rate; it resumes.',
    );
    expect(longer.waits).toEqual([]);
  });

  test('ends the run after the 21st in a row', async () => {
    const patient = new ScriptedClerk([...times(20, busy), seven]);
    expect(await patient.list.count()).toBe(7);
    const refused = new ScriptedClerk(times(21, busy));
    await expect(refused.list.count()).rejects.toThrow(ClerkUnavailableError);
    expect(refused.list.requests).toBe(21);
  });

  test('also delays an optional endpoint', async () => {
    const clerk = new ScriptedClerk([busy, json({ id: 'ins_x' }), json({ keys: [] })]);
    expect(await clerk.list.instance()).toMatchObject({ instanceId: 'ins_x' });
  });
});

describe('the rate', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('spaces requests evenly, without a delay before the first', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    vi.advanceTimersByTime(1_000);
    const clerk = new ScriptedClerk(times(4, seven), { ratePerSecond: 10 });
    await clerk.list.count();
    expect(clerk.waits).toEqual([]);
    await clerk.list.count();
    await clerk.list.count();
    // Waits do not advance the fake clock.
    expect(clerk.waits).toEqual([100, 200]);
    vi.advanceTimersByTime(5_000);
    await clerk.list.count();
    expect(clerk.waits).toEqual([100, 200]);
  });
});
