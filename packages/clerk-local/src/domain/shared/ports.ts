/** Returns a time in milliseconds. Injected, so that tests can control time. */
export type Clock = () => number;

/**
 * Returns the milliseconds since the process started. Use it to measure elapsed time: the wall
 * clock jumps when the system corrects it.
 */
export const monotonicClock: Clock = () => performance.now();

/** Receives one line. Lines contain no secret, token or personal data. */
export type Log = (line: string) => void;

/** Discards every line. */
export const silent: Log = () => undefined;
