import type { Context, MiddlewareHandler } from 'hono';
import { z } from 'zod';
import { monotonicClock, type Clock } from '../domain/shared/ports.js';

/** A request that was answered. Paths contain ids, but no query, so no tokens and no addresses. */
export interface LoggedRequest {
  /** Increases with every request. */
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
}

const maxRequests = 500;

const internalSchema = z.object({ internal: z.literal(true) });

/** The bindings of a call that the console makes through this server. */
export const internalBindings: z.infer<typeof internalSchema> = { internal: true };

/** Whether the console makes the call: faults do not apply to it, and it is not logged. */
export function isInternal(context: Context): boolean {
  return internalSchema.safeParse(context.env).success;
}

/** Keeps the last requests in memory. */
export class RequestLog {
  private readonly requests: LoggedRequest[] = [];
  private sequence = 0;

  constructor(private readonly now: Clock = Date.now) {}

  /** @param after returns later requests only */
  all(after = 0): readonly LoggedRequest[] {
    return this.requests.filter(({ sequence }) => sequence > after);
  }

  /** Records every request outside `/_local`. */
  middleware(): MiddlewareHandler {
    return async (context, next) => {
      const startedAt = monotonicClock();
      await next();
      const { method, path } = context.req;
      if (path.startsWith('/_local') || isInternal(context)) return;
      this.sequence += 1;
      this.requests.push({
        sequence: this.sequence,
        at: this.now(),
        method,
        path,
        status: context.res.status,
        durationMs: Math.round(monotonicClock() - startedAt),
      });
      if (this.requests.length > maxRequests) this.requests.shift();
    };
  }
}
