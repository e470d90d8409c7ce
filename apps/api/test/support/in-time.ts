import { expect } from 'vitest';

/** Milliseconds that any input up to the limits may take. */
const limitMs = 250;

/**
 * Does something that must not take long, whatever it is given. The processor's time is measured:
 * that of the clock depends on what else the machine does.
 */
export async function inTime<T>(work: () => T | Promise<T>): Promise<T> {
  const before = process.cpuUsage();
  try {
    return await work();
  } finally {
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(limitMs);
  }
}
