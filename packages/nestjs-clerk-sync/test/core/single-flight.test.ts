import { describe, expect, test } from 'vitest';
import { SingleFlight } from '../../src/core/single-flight.js';

describe('SingleFlight', () => {
  test('runs the work once for concurrent callers and again for a later one', async () => {
    const flight = new SingleFlight<number>();
    let runs = 0;
    const work = async (): Promise<number> => {
      runs += 1;
      await Promise.resolve();
      return runs;
    };
    expect(await Promise.all([flight.run('a', work), flight.run('a', work)])).toEqual([1, 1]);
    expect(await flight.run('a', work)).toBe(2);
  });

  test('does not share work between keys', async () => {
    const flight = new SingleFlight<string>();
    const both = ['a', 'b'].map((key) => flight.run(key, () => Promise.resolve(key)));
    expect(await Promise.all(both)).toEqual(['a', 'b']);
  });

  test('shares a failure and does not cache it', async () => {
    const flight = new SingleFlight<string>();
    const failure = new Error('down');
    const fail = (): Promise<string> => Promise.reject(failure);
    const both = [flight.run('a', fail), flight.run('a', () => Promise.resolve('unused'))];
    const reasons = (await Promise.allSettled(both)).map((result) =>
      result.status === 'rejected' ? (result.reason as unknown) : result.value,
    );
    expect(reasons).toEqual([failure, failure]);
    expect(await flight.run('a', () => Promise.resolve('up'))).toBe('up');
  });
});
