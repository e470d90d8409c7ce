import type { Store } from '../state/store.js';
import type { SessionRecord } from './session-record.js';

/** Ends all active sessions of a user. The caller commits. */
export function endSessionsOf(
  store: Store,
  userId: string,
  status: SessionRecord['status'],
  now: number,
): void {
  for (const session of store.sessions.values()) {
    if (session.userId !== userId || session.status !== 'active') continue;
    store.sessions.set(session.id, { ...session, status, updatedAt: now });
  }
}
