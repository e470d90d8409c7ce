import {
  asRequest,
  Authenticator,
  type AuthenticatedRequest,
} from '../../core/authenticate-request.use-case.js';
import type { Clock } from '../../core/clock.js';
import { revocationOf } from '../../core/revocations.js';
import type { VerifiedSession } from '../../core/session-verifier.js';
import type { CacheOutcome, SyncMetrics } from '../../core/sync-metrics.js';
import { decideSync } from '../../core/sync-rule.js';
import type { User } from '../../core/user.entity.js';
import type { CachedSessionVerifier, CachedToken } from './cached-session-verifier.js';
import type { CachedRow, CachedUserRepository } from './cached-user.repository.js';

/** A request that needs no write. */
type WarmRequest<Entity> = AuthenticatedRequest<Entity> & { readonly outcome: CacheOutcome };

/** The sync rule's decision for a token and a row. */
export interface KnownRequest<Entity> {
  readonly row: CachedRow<Entity>;
  readonly request: WarmRequest<Entity>;
}

/**
 * Answers a request whose token is verified and whose row is cached with a single lookup: the
 * token's entry points to the row for which the sync rule last found no write necessary, and to the
 * result. Both are immutable; once the cache has dropped the row, the rule is applied again to the
 * current row.
 *
 * All other requests go to the use case, which also reports refusals.
 */
export class CachedAuthenticator<Entity = User> extends Authenticator<Entity> {
  constructor(
    private readonly uncached: Authenticator<Entity>,
    private readonly tokens: CachedSessionVerifier<KnownRequest<Entity>>,
    private readonly users: CachedUserRepository<Entity>,
    private readonly metrics: SyncMetrics,
    private readonly clock: Clock,
  ) {
    super();
  }

  override execute(
    token: string,
  ): AuthenticatedRequest<Entity> | Promise<AuthenticatedRequest<Entity>> {
    const startedAt = this.clock.monotonic();
    const known = this.tokens.find(token, startedAt);
    const request = known === undefined ? undefined : this.requestOf(known);
    if (request === undefined) return this.uncached.execute(token);
    this.metrics.authenticatedFromCache(request.outcome, this.clock.monotonic() - startedAt);
    return request;
  }

  private requestOf(token: CachedToken<KnownRequest<Entity>>): WarmRequest<Entity> | undefined {
    if (token.kept !== undefined && this.users.holds(token.kept.row)) return token.kept.request;
    const row = this.users.find(token.session.clerkId);
    const request = row === undefined ? undefined : this.decided(row, token.session);
    if (row === undefined || request === undefined) return undefined;
    token.kept = { row, request };
    return request;
  }

  /** @returns undefined if a write is needed or the request must be refused */
  private decided(
    row: CachedRow<Entity>,
    session: VerifiedSession,
  ): WarmRequest<Entity> | undefined {
    if (row.state === 'deleted') return undefined;
    const { user, revocations } = row;
    if (revocations !== undefined && revocationOf(revocations, session) !== null) return undefined;
    if (session.profile === null) return asRequest(user, 'unchanged', session);
    const outcome = decideSync(row, session.profile, this.clock.now());
    return outcome === 'unchanged' || outcome === 'stale'
      ? asRequest(user, outcome, session)
      : undefined;
  }
}
