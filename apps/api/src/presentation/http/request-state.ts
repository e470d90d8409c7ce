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
    /** The impersonator; null unless the session is an impersonation. */
    actor: string | null;
    /** The outcome of the request: that of the sync or the webhook, or the code of an error. */
    outcome: string | null;
    /** The reason why authentication refused the request; null if it did not. */
    refusal: LoggedRefusal | null;
    /** Data about a webhook that was refused or failed; null for other requests. */
    webhook: LoggedWebhook | null;
    /** Null if the request is not traced. */
    span: RequestSpan | null;
  }
}
