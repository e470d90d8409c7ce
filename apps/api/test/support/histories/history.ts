import type { Profile } from '@populatte/nestjs-clerk-sync/src/core/profile.js';

/** Clerk's data about a user; `version.at` is relative to the history's start. */
export type ProfileData = Omit<Profile, 'clerkId'>;

/** An event of a user, as it reaches the API. */
export type Action =
  /** A request with a session token; null: the token carries no profile. */
  | { readonly kind: 'request'; readonly data: ProfileData | null; readonly token: Token }
  | { readonly kind: 'webhook'; readonly type: WebhookType; readonly data: ProfileData }
  | { readonly kind: 'deletion' }
  | { readonly kind: 'session end'; readonly type: SessionEndType; readonly session: SessionIndex }
  /** Syncs the newest profile, as Clerk's Backend API returns it. */
  | { readonly kind: 'reconciliation' };

export type WebhookType = 'user.created' | 'user.updated';

export type SessionEndType = 'session.ended' | 'session.removed' | 'session.revoked';

/** One of two sessions. Sessions of different users have the same ids. */
export type SessionIndex = 0 | 1;

/** The claims of a session token besides the profile. */
export interface Token {
  readonly session: SessionIndex;
  /**
   * Its `iat`, in milliseconds from the history's start. A token with an inexact version was issued
   * at that version instead.
   */
  readonly issuedAt: number;
}

/** One of two processes on one database. */
export type DriverIndex = 0 | 1;

export interface Step {
  /** One of the history's users. */
  readonly who: number;
  readonly driver: DriverIndex;
  readonly action: Action;
}

export type HistoryEvent =
  /** Concurrent events; the next step starts once all have a response. */
  | { readonly kind: 'burst'; readonly steps: readonly Step[] }
  /** From now on, Clerk's Backend API returns this for a user; null: there is none. */
  | { readonly kind: 'clerk'; readonly who: number; readonly data: ProfileData | null }
  | { readonly kind: 'restart'; readonly driver: DriverIndex };

/** The events of one to three new users. */
export interface History {
  readonly users: number;
  readonly events: readonly HistoryEvent[];
}

/** @returns a step with a single event */
export function singleStep(
  action: Action,
  { who = 0, driver = 0 }: Partial<Step> = {},
): HistoryEvent {
  return { kind: 'burst', steps: [{ who, driver, action }] };
}
