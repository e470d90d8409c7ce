import type { DestinationStream, Logger } from 'pino';
import { RequestLog, type AnsweredRequest, type LoggedRefusal } from '../../core/request-log.js';
import { base, logTime } from './logger.js';

/** The members of `base`, which are the same in every line. */
const baseMembers = JSON.stringify(base).slice(1, -1);

/** Requests in the process's log, one line each. */
export class PinoRequestLog extends RequestLog {
  /** @param lines the logger's own destination */
  constructor(
    private readonly logger: Logger,
    private readonly lines: DestinationStream,
  ) {
    super();
  }

  /**
   * Writes the line in pino's format without pino, which checks each entry for values to redact, errors
   * and nested objects. Here there are none, and the checks nearly double the cost of a line.
   */
  override answered(request: AnsweredRequest): void {
    if (!this.logger.isLevelEnabled('info')) return;
    // Copied by name, so that no other property is logged.
    const { requestId, method, route, status, outcome, durationMs, actor, refusal, webhook, span } =
      request;
    const line = {
      requestId,
      trace_id: span?.traceId,
      span_id: span?.spanId,
      method,
      route,
      status,
      outcome,
      durationMs,
      actor,
      svixId: webhook?.svixId,
      eventType: webhook?.eventType,
      reason: webhook?.reason,
      msg: 'answered',
    };
    const written = refusal === null ? line : { ...line, ...refusalFields(refusal) };
    const members = JSON.stringify(written).slice(1);
    this.lines.write(`{"level":"info","time":"${logTime()}",${baseMembers},${members}\n`);
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

/** Also copied by name. Claims of a token with an unchecked signature are marked. */
function refusalFields({ reason, seen }: LoggedRefusal): Record<string, unknown> {
  if (seen === undefined) return { reason };
  const { claim, iss, azp, verified } = seen;
  return { reason, claim, iss, azp, ...(!verified && { unverified: true }) };
}
