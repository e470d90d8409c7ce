import type { LoggedRefusal, LoggedWebhook } from '../../core/request-log.js';
import type { RequestSpan } from '../../core/request-tracing.js';
import type { User } from '../../core/users/user.entity.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route's contract has a body, which is JSON. */
    readsJson?: boolean;
  }

  interface FastifyRequest {
    /** Set by the guard on every route that is not public. */
    user: User | null;
    /** Who acts as the user; null unless the session is an impersonation. */
    actor: string | null;
    /** What became of the request: the sync's outcome, a webhook's, or an error's code. */
    outcome: string | null;
    /** Why authentication refused the request; null if it did not. */
    refusal: LoggedRefusal | null;
    /** Of a webhook that was refused or failed; null of other requests. */
    webhook: LoggedWebhook | null;
    /** Null if the request is not traced. */
    span: RequestSpan | null;
  }
}
