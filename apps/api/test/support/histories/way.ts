import type { Profile } from '@populatte/nestjs-clerk-sync/src/core/profile.js';
import type { RevocableSession } from '@populatte/nestjs-clerk-sync/src/core/revocations.js';
import type { Answer } from './explain.js';
import type { SessionEndType, WebhookType } from './history.js';

/** One running API, or what one is made of: how a history's steps get to the database. */
export interface Way {
  /** A request with a session token that carries this profile. */
  request(profile: Profile, session: RevocableSession): Promise<Answer>;
  /** A request with a session token that carries none. */
  bareRequest(clerkId: string, session: RevocableSession): Promise<Answer>;
  webhook(type: WebhookType, profile: Profile): Promise<Answer>;
  deletion(clerkId: string): Promise<Answer>;
  sessionEnd(type: SessionEndType, clerkId: string, sessionId: string): Promise<Answer>;
  reconciliation(profile: Profile): Promise<Answer>;
  /** Resolves when all that was written, through this way or another, is known here. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Clerk's Backend API, as histories script it. */
export interface Clerk {
  /** From now on it says this; null: that there is no such user. */
  say(clerkId: string, profile: Profile | null): void;
}
