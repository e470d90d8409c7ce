/** The baseline of a first request: verify, select the row. */
import { eq, sql } from 'drizzle-orm';
import { usualUsers } from './usual/users.table.js';
import { startVerified } from './verified/start.js';

await startVerified((db) => {
  const byClerkId = db
    .select()
    .from(usualUsers)
    .where(eq(usualUsers.clerkId, sql.placeholder('clerkId')))
    .prepare('by_clerk_id');
  return async ({ sub }) => (await byClerkId.execute({ clerkId: sub }))[0];
});
