/** Milliseconds since the epoch. Injected, so that tests can stop or move time. */
export type Clock = () => number;
