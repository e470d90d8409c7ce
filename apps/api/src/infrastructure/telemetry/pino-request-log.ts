import type { DestinationStream, Level, Logger } from 'pino';
import { RequestLog, type AnsweredRequest, type LoggedRefusal } from '../../core/request-log.js';
import { base, logTime } from './logger.js';
/** Probes come every few seconds and say nothing while all is well. */
const probes = '/health/';

/** Requests in the process's log, one line each. */
export class PinoRequestLog extends RequestLog {
  /** @param lines where the logger's own lines go */
  constructor(
    private readonly logger: Logger,
    private readonly lines: DestinationStream,
  ) {
    super();
  }

  /**
   * Written as pino would, which finds out anew for each line what is known here: that there is
   * nothing to redact, no error and no object within. It would nearly double what a line costs.
   */
  override answered(request: AnsweredRequest): void {
    const quiet = (request.route?.startsWith(probes) ?? false) && request.status < 500;
    const level: Level = quiet ? 'debug' : 'info';
    if (!this.logger.isLevelEnabled(level)) return;
    // Copied by name, so that nothing comes along that the type does not know.
    const { requestId, method, route, status, outcome, durationMs, refusal } = request;
    const line = {
      level,
      time: logTime(),
      ...base,
      requestId,
      method,
      route,
      status,
      outcome,
      durationMs,
      msg: 'answered',
    };
    const written = refusal === null ? line : { ...line, ...refusalFields(refusal) };
    this.lines.write(`${JSON.stringify(written)}\n`);
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

/** Copied by name, too. Claims of a token whose signature was not checked are marked. */
function refusalFields({ reason, seen }: LoggedRefusal): Record<string, unknown> {
  if (seen === undefined) return { reason };
  const { claim, iss, azp, verified } = seen;
  return { reason, claim, iss, azp, ...(!verified && { unverified: true }) };
}
