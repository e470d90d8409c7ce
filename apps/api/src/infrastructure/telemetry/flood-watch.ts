import { type Clock, type InfrastructureLog } from '@populatte/nestjs-clerk-sync';
import { type AnsweredRequest, RequestLog } from '../../core/request-log.js';

export const floodLimits = {
  /** In milliseconds. */
  window: 60_000,
  /** Requests of one user in a window from which on it warns: 50 per second on average. */
  requests: 3_000,
  /** Every how many requests one is counted, so that the others pay nothing. */
  sampled: 16,
} as const;

/**
 * Names a user who floods this process, and passes every request to the log.
 *
 * The log has no line per user: counts are in memory for a minute, and only a user above the limit is
 * named, by the local id.
 */
export class FloodWatch extends RequestLog {
  private readonly samples = new Map<string, number>();
  private requests = 0;
  private startedAt: number;

  constructor(
    private readonly requestLog: RequestLog,
    private readonly log: InfrastructureLog,
    private readonly clock: Clock,
  ) {
    super();
    this.startedAt = clock.monotonic();
  }

  override answered(request: AnsweredRequest): void {
    this.requestLog.answered(request);
    if (request.userId === undefined) return;
    this.requests += 1;
    if (this.requests % floodLimits.sampled === 0) this.sample(request.userId);
  }

  override failed(failure: Parameters<RequestLog['failed']>[0]): void {
    this.requestLog.failed(failure);
  }

  private sample(userId: string): void {
    const now = this.clock.monotonic();
    if (now - this.startedAt >= floodLimits.window) {
      this.samples.clear();
      this.startedAt = now;
    }
    const count = (this.samples.get(userId) ?? 0) + 1;
    this.samples.set(userId, count);
    // Once per user and window.
    if (count !== Math.ceil(floodLimits.requests / floodLimits.sampled)) return;
    this.log.warn(
      `One user has sent about ${floodLimits.requests} requests to this process within a minute: ${userId}. Run users:explain with this id to identify the user; ban the user at Clerk, or limit requests in the proxy.`,
    );
  }
}
