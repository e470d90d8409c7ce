import type { Logger } from 'pino';
import { RequestLog, type AnsweredRequest } from '../../core/request-log.js';

/** Probes come every few seconds and say nothing while all is well. */
const probes = '/health/';

/** Requests in the process's log, one line each. */
export class PinoRequestLog extends RequestLog {
  /** An `AnsweredRequest` holds nothing to redact, and looking for it costs more than the line. */
  private readonly answers: Logger;

  constructor(private readonly logger: Logger) {
    super();
    this.answers = logger.child({}, { redact: [] });
  }

  override answered(request: AnsweredRequest): void {
    const quiet = (request.route?.startsWith(probes) ?? false) && request.status < 500;
    // Copied by name, so that nothing comes along that the type does not know.
    const { requestId, method, route, status, outcome, durationMs } = request;
    const line = { requestId, method, route, status, outcome, durationMs };
    this.answers[quiet ? 'debug' : 'info'](line, 'answered');
  }

  override failed({
    requestId,
    code,
    unavailable,
    cause,
  }: Parameters<RequestLog['failed']>[0]): void {
    this.logger[unavailable ? 'warn' : 'error']({ requestId, code, err: cause }, 'failed');
  }
}
