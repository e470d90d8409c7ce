import type { AuthenticationErrorCode } from './errors.js';
import type { DeletionOutcome, SyncResult } from './user.repository.js';

/** The source of a profile or deletion. */
export type SyncSource = 'token' | 'webhook' | 'backend_api' | 'reconcile';

/** `deferred` is counted as `stale`: the row was not written. */
export type CountedOutcome = Exclude<SyncResult['outcome'], 'deferred'> | DeletionOutcome;

/** The result of authenticating a request: of its sync, or the code of its error. */
export type AuthenticationOutcome =
  | 'created'
  | 'updated'
  | 'unchanged'
  | 'stale'
  | AuthenticationErrorCode
  | 'auth_unavailable'
  | 'sync_unavailable'
  | 'internal_error';

/** The outcomes that need no write, so that the caches can give them. */
export type CacheOutcome = 'unchanged' | 'stale';

/** The types of webhooks that the module reads; `other`: any other type; `unknown`: not authentic. */
export type CountedWebhook =
  | 'user.created'
  | 'user.updated'
  | 'user.deleted'
  | 'session.ended'
  | 'session.removed'
  | 'session.revoked'
  | 'other'
  | 'unknown';

/**
 * `invalid`: signature, headers, timestamp or body are invalid. `failed`: it could not be applied,
 * and Clerk redelivers it.
 */
export type CountedWebhookOutcome = CountedOutcome | 'session_ended' | 'invalid' | 'failed';

/**
 * Counts and measures what the module does. Durations are in milliseconds. Only `count` must be
 * implemented. `authenticatedFromCache` is called for each warm request, so it must be fast; no method
 * may throw.
 */
export abstract class SyncMetrics {
  /** A profile or a deletion was applied, or changed nothing. */
  abstract count(source: SyncSource, outcome: CountedOutcome): void;

  /** A request was authenticated or refused. */
  authenticated(_outcome: AuthenticationOutcome, _durationMs: number): void {
    return undefined;
  }

  /** A token or a row was looked up in its cache. Not called while that cache is off. */
  cacheRequested(_cache: 'token' | 'row', _result: 'hit' | 'miss'): void {
    return undefined;
  }

  /**
   * A request was authenticated with a cached token and a cached row. Calls the methods that count
   * this; overridden, it can count it in one step.
   */
  authenticatedFromCache(outcome: CacheOutcome, durationMs: number): void {
    this.cacheRequested('token', 'hit');
    this.cacheRequested('row', 'hit');
    this.count('token', outcome);
    this.authenticated(outcome, durationMs);
  }

  /** The database updated a row, or failed to. Not called for cache hits. */
  synced(_durationMs: number): void {
    return undefined;
  }

  /** Clerk's signing keys were loaded, or could not be. */
  keysFetched(_result: 'success' | 'failure'): void {
    return undefined;
  }

  /**
   * A webhook arrived.
   *
   * @param _lagMs from the event at Clerk to now; null if the webhook does not say when it happened
   */
  webhookReceived(
    _type: CountedWebhook,
    _outcome: CountedWebhookOutcome,
    _lagMs: number | null,
  ): void {
    return undefined;
  }

  /** A change was written that a webhook should have delivered earlier. */
  driftRepaired(_source: SyncSource, _kind: 'created' | 'updated' | 'deleted'): void {
    return undefined;
  }

  /** A handler (`@OnUserEvent()`) failed for an event, which will be redelivered. */
  handlerFailed(_handler: string): void {
    return undefined;
  }
}

/** Counts nothing. */
export class NoMetrics extends SyncMetrics {
  override count(): void {
    return undefined;
  }
}
