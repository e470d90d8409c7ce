/** Tells the time. A port, so that tests can stop it. */
export abstract class Clock {
  /** @returns milliseconds since the epoch */
  abstract now(): number;
}
