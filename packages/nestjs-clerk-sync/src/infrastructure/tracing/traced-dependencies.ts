import type { Profile } from '../../core/profile.js';
import { inSpan, type SpanAttributes, type Tracer } from '../../core/tracer.js';
import {
  type DeletionOutcome,
  type EventSource,
  type StoredUser,
  type SyncResult,
  UserRepository,
} from '../../core/user.repository.js';
import type { EventHandler } from '../postgres/event-handlers.js';

/** @returns the value, wrapped if there is a tracer; without one, requests have no overhead */
export function traced<T>(
  value: T,
  tracer: Tracer | undefined,
  wrap: (value: T, tracer: Tracer) => T,
): T {
  return tracer === undefined ? value : wrap(value, tracer);
}

/** @returns the wrapped value, or the value itself */
export function untraced<T extends object>(value: T): T {
  return 'untraced' in value ? (value.untraced as T) : value;
}

/** A span for each access to users that is not a cache hit. */
export class TracedUserRepository<Entity> extends UserRepository<Entity> {
  constructor(
    readonly untraced: UserRepository<Entity>,
    private readonly tracer: Tracer,
  ) {
    super();
  }

  override findById(id: string): Promise<Entity | null> {
    return this.span('users.find', () => this.untraced.findById(id));
  }

  override findByClerkId(clerkId: string): Promise<StoredUser<Entity> | null> {
    return this.span('users.find', () => this.untraced.findByClerkId(clerkId));
  }

  override sync(profile: Profile, source?: EventSource): Promise<SyncResult<Entity>> {
    return this.span(
      'users.sync',
      () => this.untraced.sync(profile, source),
      ({ outcome }) => ({ 'clerk.outcome': outcome }),
    );
  }

  override markDeleted(clerkId: string, source?: EventSource): Promise<DeletionOutcome> {
    return this.span(
      'users.delete',
      () => this.untraced.markDeleted(clerkId, source),
      (outcome) => ({ 'clerk.outcome': outcome }),
    );
  }

  override restore(profile: Profile, source?: EventSource): Promise<boolean> {
    return this.span('users.restore', () => this.untraced.restore(profile, source));
  }

  override endSession(clerkId: string, sessionId: string): Promise<void> {
    return this.span('users.end_session', () => this.untraced.endSession(clerkId, sessionId));
  }

  private span<T>(
    name: string,
    work: () => Promise<T>,
    describe: (result: T) => SpanAttributes = () => ({}),
  ): Promise<T> {
    return inSpan(this.tracer, { name, describe }, work);
  }
}

/**
 * @returns `fetch` with a span for each call to Clerk, which ends with the response's headers. The
 *   trace context is not sent to Clerk
 */
export function tracedFetch(send: typeof fetch, tracer: Tracer): typeof fetch {
  return (input, init) => {
    const { hostname, pathname } = new URL(input instanceof Request ? input.url : input);
    const method = init?.method ?? 'GET';
    // The pattern, never the path, which would contain user ids.
    const template = pathname.replace(/(\/v1\/users\/)(?!count$)[^/]+$/, '$1{user_id}');
    return inSpan(
      tracer,
      {
        name: `${method} ${template}`,
        isCall: true,
        attributes: {
          'http.request.method': method,
          'server.address': hostname,
          'url.template': template,
        },
        describe: ({ status }): SpanAttributes => ({
          'http.response.status_code': status,
          ...(status >= 400 && { 'error.type': String(status) }),
        }),
      },
      () => send(input, init),
    );
  };
}

/** @returns the handler with a span, in a separate trace, for each event */
export function tracedHandler({ handle, ...handler }: EventHandler, tracer: Tracer): EventHandler {
  return {
    ...handler,
    handle: (event, transaction) =>
      inSpan(
        tracer,
        {
          name: 'user_event.handle',
          attributes: { 'user_event.handler': handler.name, 'user_event.type': event.type },
        },
        () => handle(event, transaction),
      ),
  };
}
