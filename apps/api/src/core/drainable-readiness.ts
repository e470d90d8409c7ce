import { Readiness, type ReadinessReport } from './readiness.js';

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
