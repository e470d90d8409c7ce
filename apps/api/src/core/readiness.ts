/**
 * Whether this instance can serve requests. `reason` says what does not work, to anyone who asks;
 * `fix` what to do about it, to operators. Neither holds a secret.
 */
export type ReadinessReport =
  | { readonly status: 'ready' }
  /** Known users are served. */
  | { readonly status: 'degraded'; readonly reason: string; readonly fix: string }
  | { readonly status: 'unavailable'; readonly reason: string; readonly fix: string };

/** Reports whether this instance can serve requests now. */
export abstract class Readiness {
  /** Never rejects; resolves within a few seconds. */
  abstract check(): Promise<ReadinessReport>;
}

/** Reports unavailable from the moment that a shutdown begins, so that a load balancer looks elsewhere. */
export class DrainableReadiness extends Readiness {
  private draining = false;

  /** @param inner asked until the shutdown begins */
  constructor(private readonly inner: Readiness) {
    super();
  }

  /** Reports unavailable from now on. */
  drain(): void {
    this.draining = true;
  }

  override check(): Promise<ReadinessReport> {
    if (!this.draining) return this.inner.check();
    return Promise.resolve({
      status: 'unavailable',
      reason: 'The process is shutting down.',
      fix: 'Send requests to another instance.',
    });
  }
}
