import type { Profile } from '@populatte/nestjs-clerk-sync/src/core/profile.js';
import type { RevocableSession } from '@populatte/nestjs-clerk-sync/src/core/revocations.js';
import type { Answer } from './explain.js';
import type { SessionEndType, WebhookType } from './history.js';

/** A running API, or its use cases: what takes a history's steps to the database. */
export interface Driver {
  /** A request with a session token that carries this profile. */
  request(profile: Profile, session: RevocableSession): Promise<Answer>;
  /** A request with a session token that carries no profile. */
  bareRequest(clerkId: string, session: RevocableSession): Promise<Answer>;
  webhook(type: WebhookType, profile: Profile): Promise<Answer>;
  deletion(clerkId: string): Promise<Answer>;
  sessionEnd(type: SessionEndType, clerkId: string, sessionId: string): Promise<Answer>;
  reconciliation(profile: Profile): Promise<Answer>;
  /** Resolves once it has seen all writes, through this or another driver. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Clerk's Backend API, as histories script it. */
export interface Clerk {
  /** From now on, it returns this; null: there is no such user. */
  setUser(clerkId: string, profile: Profile | null): void;
}
