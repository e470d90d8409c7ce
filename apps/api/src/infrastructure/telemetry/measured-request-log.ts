import { Counter, Histogram, type Registry } from 'prom-client';
import { type AnsweredRequest, RequestLog } from '../../core/request-log.js';

/** In seconds: from a cache hit to the deadline of a request. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Measures requests and hands them on to the log. Not used while metrics are off. */
export class MeasuredRequestLog extends RequestLog {
  private readonly durations: Histogram<'method' | 'route' | 'status'>;
  private readonly refusals: Counter<'code' | 'reason'>;
  /** By method, route and status, since a labelled histogram builds a key per call. */
  private readonly series = new Map<string, Pick<Histogram.Internal<string>, 'observe'>>();

  constructor(
    private readonly log: RequestLog,
    registry: Registry,
  ) {
    super();
    this.durations = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from a request’s headers to the end of its response, by method, route and status.',
      labelNames: ['method', 'route', 'status'],
      buckets,
      registers: [registry],
    });
    this.refusals = new Counter({
      name: 'clerk_auth_refusals_total',
      help: 'Requests that authentication refused, by error code and by the check that failed.',
      labelNames: ['code', 'reason'],
      registers: [registry],
    });
  }

  override answered(request: AnsweredRequest): void {
    this.log.answered(request);
    const { method, status, durationMs, refusal } = request;
    if (refusal !== null) {
      this.refusals.inc({ code: request.outcome ?? 'unknown', reason: refusal.reason });
    }
    if (durationMs === null || method === null) return;
    // The pattern, never the path: a path may hold an id, and there are endlessly many.
    const route = request.route ?? 'none';
    const key = `${method} ${status} ${route}`;
    let series = this.series.get(key);
    if (series === undefined) {
      series = this.durations.labels({ method, route, status: String(status) });
      this.series.set(key, series);
    }
    series.observe(durationMs / 1000);
  }

  override failed(failure: Parameters<RequestLog['failed']>[0]): void {
    this.log.failed(failure);
  }
}
