import { Counter, type Registry } from 'prom-client';
import { type AnsweredRequest, RequestLog } from '../../core/request-log.js';
import { FastHistogram, requestBuckets, type Series } from './fast-histogram.js';

type RequestLabel = 'method' | 'route' | 'status';

/** Measures requests and passes them to the log. Not used while metrics are off. */
export class MeasuredRequestLog extends RequestLog {
  private readonly durations: FastHistogram<RequestLabel>;
  private readonly refusals: Counter<'code' | 'reason'>;
  /** Counts by method, status and route. */
  private readonly series = new Map<string, Series<RequestLabel>>();

  constructor(
    private readonly log: RequestLog,
    registry: Registry,
  ) {
    super();
    this.durations = new FastHistogram({
      name: 'http_request_duration_seconds',
      help: 'Time from a request’s headers to the end of its response, by method, route and status.',
      labelNames: ['method', 'route', 'status'],
      buckets: requestBuckets,
      registry,
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
    // The pattern, never the path: a path may contain an id, and each id would add a time series.
    const route = request.route ?? 'none';
    const key = `${method} ${status} ${route}`;
    let series = this.series.get(key);
    if (series === undefined) {
      series = this.durations.with({ method, route, status: String(status) });
      this.series.set(key, series);
    }
    series.observe(durationMs / 1000);
  }

  override failed(failure: Parameters<RequestLog['failed']>[0]): void {
    this.log.failed(failure);
  }
}
