import type { Logger } from 'pino';
import { RequestLog, type AnsweredRequest } from '../../core/request-log.js';

/** Probes come every few seconds and say nothing while all is well. */
const probes = '/health/';

/** Requests in the process's log, one line each. */
export class PinoRequestLog extends RequestLog {
  constructor(private readonly logger: Logger) {
    super();
  }

  override answered(request: AnsweredRequest): void {
    const quiet = (request.route?.startsWith(probes) ?? false) && request.status < 500;
    this.logger[quiet ? 'debug' : 'info'](request, 'answered');
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
