import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import type { EventSource } from '../../core/user.repository.js';

/**
 * Names the source of a change to the trigger that writes the journal. The setting is local to the
 * transaction, so nothing stays behind on a pooled connection.
 */
export function setSource(source: EventSource | SQLWrapper): SQL {
  return sql`set_config('clerk_sync.source', ${source}::text, true)`;
}

/** Names the impersonator whose token brought the change; null: there is none. */
export function setActor(actor: SQLWrapper): SQL {
  return sql`set_config('clerk_sync.actor', coalesce(${actor}::text, ''), true)`;
}
