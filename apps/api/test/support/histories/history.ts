import type { Profile } from '@populatte/nestjs-clerk-sync/src/core/profile.js';

/** Clerk's data about a user; `version.at` is relative to the history's start. */
export type Told = Omit<Profile, 'clerkId'>;

/** What happens to a user here. */
export type What =
  /** A request with a session token; null: one that carries no profile. */
  | { readonly kind: 'request'; readonly told: Told | null; readonly token: Token }
  | { readonly kind: 'webhook'; readonly type: WebhookType; readonly told: Told }
  | { readonly kind: 'deletion' }
  | { readonly kind: 'session end'; readonly type: SessionEndType; readonly session: SessionIndex }
  /** The newest profile, as Clerk's Backend API has it, goes through the sync. */
  | { readonly kind: 'reconciliation' };

export type WebhookType = 'user.created' | 'user.updated';

export type SessionEndType = 'session.ended' | 'session.removed' | 'session.revoked';

/** Which of two sessions. Those of different users have the same ids. */
export type SessionIndex = 0 | 1;

/** What a session token says beside the profile. */
export interface Token {
  readonly session: SessionIndex;
  /**
   * Its `iat`, in milliseconds from the history's start. A token whose version is inexact was issued at
   * that version instead.
   */
  readonly issuedAt: number;
}

/** Which of two processes on one database. */
export type WayIndex = 0 | 1;

export interface Step {
  /** Which of the history's users. */
  readonly who: number;
  readonly way: WayIndex;
  readonly what: What;
}

export type HistoryEvent =
  /** All at once; the next event comes when all are answered. */
  | { readonly kind: 'burst'; readonly steps: readonly Step[] }
  /** From now on Clerk's Backend API says this about a user; null: that there is none. */
  | { readonly kind: 'clerk'; readonly who: number; readonly told: Told | null }
  | { readonly kind: 'restart'; readonly way: WayIndex };

/** The events of one to three new users. */
export interface History {
  readonly users: number;
  readonly events: readonly HistoryEvent[];
}

/** @returns one step with nothing beside it */
export function alone(what: What, { who = 0, way = 0 }: Partial<Step> = {}): HistoryEvent {
  return { kind: 'burst', steps: [{ who, way, what }] };
}
