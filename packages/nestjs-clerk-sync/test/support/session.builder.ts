import type { VerifiedSession } from '../../src/core/session-verifier.js';

/** @returns a session that does not expire soon, of a token without a profile */
export function aSession(clerkId: string): VerifiedSession {
  return {
    clerkId,
    sessionId: 'sess_1',
    issuedAt: Date.now(),
    expiresAt: Number.MAX_SAFE_INTEGER,
    profile: null,
  };
}
