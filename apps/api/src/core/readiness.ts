/**
 * Whether this instance can serve requests. `reason` says what does not work, to anyone who asks;
 * `fix` what to do about it, to operators. Neither holds a secret.
 */
export type ReadinessReport =
  | { readonly status: 'ready' }
  /** Known users are served. */
  | { readonly status: 'degraded'; readonly reason: string; readonly fix: string }
  | { readonly status: 'unavailable'; readonly reason: string; readonly fix: string };

/** Reports whether this instance can serve requests now. */
export abstract class Readiness {
  /** Never rejects; resolves within a few seconds. */
  abstract check(): Promise<ReadinessReport>;
}
