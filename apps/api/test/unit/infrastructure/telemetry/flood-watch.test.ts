import { describe, expect, test } from 'vitest';
import { RecordedLog } from '@populatte/nestjs-clerk-sync/test/support/recorded-log.js';
import { StoppedClock } from '@populatte/nestjs-clerk-sync/test/support/stopped-clock.js';
import { RequestLog, type AnsweredRequest } from '../../../../src/core/request-log.js';
import { FloodWatch, floodLimits } from '../../../../src/infrastructure/telemetry/flood-watch.js';

class Answered extends RequestLog {
  readonly requests: AnsweredRequest[] = [];

  override answered(request: AnsweredRequest): void {
    this.requests.push(request);
  }

  override failed(): void {
    throw new Error('No request fails here.');
  }
}

const request: AnsweredRequest = {
  requestId: 'r1',
  method: 'GET',
  route: '/users/me',
  status: 200,
  outcome: 'unchanged',
  durationMs: 1,
  refusal: null,
};

/** A watch, and functions that send requests through it. */
function watch(): {
  readonly clock: StoppedClock;
  readonly answered: Answered;
  readonly warnings: () => readonly string[];
  readonly send: (userId: string | undefined, times: number) => void;
} {
  const [clock, answered, log] = [new StoppedClock(), new Answered(), new RecordedLog()];
  const flood = new FloodWatch(answered, log, clock);
  return {
    clock,
    answered,
    warnings: () => log.entries.map(({ message }) => message),
    send: (userId, times) => {
      for (let time = 0; time < times; time += 1) {
        flood.answered({ ...request, ...(userId !== undefined && { userId }) });
      }
    },
  };
}

describe('FloodWatch', () => {
  test('names a user above the limit once per window', () => {
    const { clock, send, warnings } = watch();
    send('busy', floodLimits.requests * 3);
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toContain('within a minute: busy. Run users:explain');
    clock.advance(floodLimits.window);
    send('busy', floodLimits.requests * 2);
    expect(warnings()).toHaveLength(2);
  });

  test('names no user below the limit, however many users there are', () => {
    const { send, warnings } = watch();
    for (let user = 0; user < 20; user += 1) send(`user ${user}`, floodLimits.requests / 2);
    expect(warnings()).toEqual([]);
  });

  test('does not add up the requests of different windows', () => {
    const { clock, send, warnings } = watch();
    for (let window = 0; window < 5; window += 1) {
      send('steady', floodLimits.requests / 2);
      clock.advance(floodLimits.window);
    }
    expect(warnings()).toEqual([]);
  });

  test('passes on every request, and counts only requests with a user', () => {
    const { answered, send, warnings } = watch();
    send(undefined, floodLimits.requests * 2);
    expect(answered.requests).toHaveLength(floodLimits.requests * 2);
    expect(warnings()).toEqual([]);
  });
});
