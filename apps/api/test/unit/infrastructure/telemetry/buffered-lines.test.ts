import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BufferedLines } from '../../../../src/infrastructure/telemetry/logger.js';

let written: string[];
let lines: BufferedLines;
let others: NodeJS.ExitListener[];

/** Calls the exit listeners that the test added, as the exit of the process would. */
function exit(): void {
  for (const listener of process.listeners('exit')) {
    if (!others.includes(listener)) listener(0);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  others = process.listeners('exit');
  written = [];
  lines = new BufferedLines({
    write: (text) => {
      written.push(text);
    },
    drained: () => Promise.resolve(),
  });
});
afterEach(() => {
  for (const listener of process.listeners('exit')) {
    if (!others.includes(listener)) process.off('exit', listener);
  }
  vi.useRealTimers();
});

describe('BufferedLines', () => {
  test('writes lines together 50 ms after the first', () => {
    lines.write('one\n');
    vi.advanceTimersByTime(49);
    lines.write('two\n');
    expect(written).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(written).toEqual(['one\ntwo\n']);
  });

  test('waits again for the next lines and has no timer without any', () => {
    lines.write('one\n');
    vi.advanceTimersByTime(50);
    expect(vi.getTimerCount()).toBe(0);
    lines.write('two\n');
    vi.advanceTimersByTime(50);
    expect(written).toEqual(['one\n', 'two\n']);
  });

  test('writes at once when 32 KiB are buffered', () => {
    const line = `${'x'.repeat(32 * 1024 - 2)}\n`;
    lines.write(line);
    expect(written).toEqual([]);
    lines.write('\n');
    expect(written).toEqual([`${line}\n`]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('writes at once on flushSync', () => {
    lines.write('fatal\n');
    lines.flushSync();
    expect(written).toEqual(['fatal\n']);
  });

  test('writes the remaining lines when the process exits', () => {
    lines.write('last\n');
    exit();
    expect(written).toEqual(['last\n']);
  });

  test('does not use the sink at exit if no lines are left, since it may be closed', () => {
    exit();
    expect(written).toEqual([]);
  });
});
