/**
 * Whether this instance can serve requests. `reason` names the problem and is public; `fix` is for
 * operators. Neither contains a secret.
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

/** Reports unavailable once a shutdown begins, so that a load balancer uses other instances. */
export class DrainableReadiness extends Readiness {
  private draining = false;

  /** @param inner used until the shutdown begins */
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
