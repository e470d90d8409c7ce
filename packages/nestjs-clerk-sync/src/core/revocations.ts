/** Reasons to refuse a live user's session tokens before they expire. */
export interface Revocations {
  /** When Clerk banned the user, in milliseconds since the epoch; null: the user is not banned. */
  readonly bannedAt: number | null;
  /** Ids of sessions that ended within the last 24 hours, the longest lifetime of a token. */
  readonly endedSessions: readonly string[];
}

/** The part of a verified session that revocations are checked against. */
export interface RevocableSession {
  readonly sessionId: string;
  /** The token's `iat`, in milliseconds since the epoch. */
  readonly issuedAt: number;
}

/**
 * Tokens that were issued up to this long after the ban are refused too, in milliseconds: `iat` has
 * whole seconds only.
 */
const banGrace = 1_000;

/**
 * A token that was issued after the ban passes: Clerk issues none to banned users, so the ban was
 * lifted and its webhook is late or lost.
 *
 * @returns why the token is refused; null if it is not
 */
export function revocationOf(
  { bannedAt, endedSessions }: Revocations,
  { sessionId, issuedAt }: RevocableSession,
): 'user_banned' | 'session_ended' | null {
  if (bannedAt !== null && issuedAt <= bannedAt + banGrace) return 'user_banned';
  return endedSessions.includes(sessionId) ? 'session_ended' : null;
}
