import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import type { Database } from './database.js';
import { statementName } from './statement-name.js';
import { endedSessions } from './sync.tables.js';

/** The ids of a user's sessions whose tokens may not have expired yet. */
export function endedSessionsOf(clerkId: SQLWrapper): SQL<string[]> {
  return sql<string[]>`array(
    select ended_sessions.session_id from ended_sessions
    where ended_sessions.clerk_id = ${clerkId}
      and ended_sessions.ended_at > now() - interval '24 hours')`;
}

interface SessionEndStatement {
  execute(values: { readonly clerkId: string; readonly sessionId: string }): Promise<unknown>;
}

/** Stores the session, and deletes some of those whose tokens have all expired. */
export function prepareSessionEnd(db: Database): SessionEndStatement {
  const expired = db.$with('clerk_sync_expired', {}).as(sql`
    delete from ended_sessions where (clerk_id, session_id) in (
      select clerk_id, session_id from ended_sessions
      where ended_at < now() - interval '25 hours'
      limit 100
      for update skip locked)`);
  const statement = db
    .with(expired)
    .insert(endedSessions)
    .values({ clerkId: sql.placeholder('clerkId'), sessionId: sql.placeholder('sessionId') })
    .onConflictDoNothing();
  return statement.prepare(statementName('end_session', statement));
}
