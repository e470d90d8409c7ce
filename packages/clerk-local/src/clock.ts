/** Milliseconds. Injected, so that tests can stop or move time. */
export type Clock = () => number;

/**
 * Milliseconds since the process started. Elapsed time is measured with this clock: the wall clock
 * jumps when it is corrected.
 */
export const monotonicClock: Clock = () => performance.now();
