/** Tells whether this instance can serve requests now. */
export abstract class Readiness {
  /** Never rejects; answers within a few seconds. */
  abstract isReady(): Promise<boolean>;
}
