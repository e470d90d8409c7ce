/** Milliseconds. Injected, so that tests can stop or move time. */
export type Clock = () => number;

/**
 * Milliseconds since the process started. Elapsed time is measured with this clock: the wall clock
 * jumps when it is corrected.
 */
export const monotonicClock: Clock = () => performance.now();

/** Takes one line. Lines hold no secret, token or personal data. */
export type Log = (line: string) => void;

/** For callers who want none. */
export const silent: Log = () => undefined;
