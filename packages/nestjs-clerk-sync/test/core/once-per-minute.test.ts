import { describe, expect, test } from 'vitest';
import { OncePerMinute } from '../../src/core/once-per-minute.js';
import { StoppedClock } from '../support/stopped-clock.js';

describe('OncePerMinute', () => {
  test('reports at first, and again after a minute', () => {
    const clock = new StoppedClock();
    const reports = new OncePerMinute(clock);
    expect(reports.isDue()).toBe(true);
    clock.advance(59_999);
    expect(reports.isDue()).toBe(false);
    clock.advance(1);
    expect(reports.isDue()).toBe(true);
    expect(reports.isDue()).toBe(false);
  });

  test('counts the minute of each key separately', () => {
    const reports = new OncePerMinute(new StoppedClock());
    expect([reports.isDue('a'), reports.isDue('b')]).toEqual([true, true]);
    expect([reports.isDue('a'), reports.isDue('b')]).toEqual([false, false]);
  });
});
