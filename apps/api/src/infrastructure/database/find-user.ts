import { sql } from 'drizzle-orm';
import { withRetries, type DatabaseClient } from '@populatte/nestjs-clerk-sync/internal';
import { z } from 'zod';

const milliseconds = z.coerce.number();
const storedRow = z.object({
  id: z.string(),
  clerk_id: z.string(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  image_url: z.string().nullable(),
  version: milliseconds,
  created_at: milliseconds,
  updated_at: milliseconds,
  deleted_at: milliseconds.nullable(),
  banned_at: milliseconds.nullable(),
  ended_sessions: milliseconds,
});

/** A row of `users` as an operator sees it; times in milliseconds since the epoch. */
export type FoundUser = z.output<typeof storedRow>;

/**
 * @param id a local id, or a Clerk id
 * @returns the row, which may be a tombstone; null if there is none
 */
export async function findUser(db: DatabaseClient['db'], id: string): Promise<FoundUser | null> {
  const result = await withRetries(db, () =>
    db.execute(sql`
      select
        id, clerk_id, email, name, image_url, profile_version as version,
        (extract(epoch from created_at) * 1000)::bigint as created_at,
        (extract(epoch from updated_at) * 1000)::bigint as updated_at,
        (extract(epoch from deleted_at) * 1000)::bigint as deleted_at,
        (extract(epoch from banned_at) * 1000)::bigint as banned_at,
        (
          select count(*) from ended_sessions
          where ended_sessions.clerk_id = users.clerk_id
            and ended_at > now() - interval '24 hours'
        ) as ended_sessions
      from users
      where clerk_id = ${id} or id::text = lower(${id})`),
  );
  const [row] = result.rows;
  return row === undefined ? null : storedRow.parse(row);
}
