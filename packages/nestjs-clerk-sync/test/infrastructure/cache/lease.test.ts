import { describe, expect, test } from 'vitest';
import { Lease, type ClockReading } from '../../../src/infrastructure/cache/lease.js';

function aLease(): { lease: Lease; at: (monotonic: number, wall: number) => void } {
  let now: ClockReading = { monotonic: 1_000, wall: 50_000 };
  return {
    lease: new Lease(4_000, () => now),
    at: (monotonic, wall) => {
      now = { monotonic, wall };
    },
  };
}

describe('Lease', () => {
  test('is not held before it is granted', () => {
    expect(aLease().lease.held).toBe(false);
  });

  test('is held for exactly its length from the moment for which it was granted', () => {
    const { lease, at } = aLease();
    const from = lease.now();
    at(1_500, 50_500);
    lease.grant(from);
    at(4_999, 53_999);
    expect(lease.held).toBe(true);
    at(5_000, 53_999);
    expect(lease.held).toBe(false);
  });

  test('expires by the wall clock while the machine sleeps and the monotonic clock stands still', () => {
    const { lease, at } = aLease();
    lease.grant(lease.now());
    at(1_001, 54_000);
    expect(lease.held).toBe(false);
  });

  test('is not extended by a wall clock that is set back', () => {
    const { lease, at } = aLease();
    lease.grant(lease.now());
    at(5_000, 20_000);
    expect(lease.held).toBe(false);
  });

  test('ends when it is revoked and can be granted again', () => {
    const { lease } = aLease();
    lease.grant(lease.now());
    lease.revoke();
    expect(lease.held).toBe(false);
    lease.grant(lease.now());
    expect(lease.held).toBe(true);
  });

  test('uses the clocks of the machine by default', () => {
    const lease = new Lease(60_000);
    lease.grant(lease.now());
    expect(lease.held).toBe(true);
  });
});
