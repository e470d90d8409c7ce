import type { EmbeddedPostgres } from '@populatte/embedded-postgres';
import { z } from 'zod';
import type { ApiProcess } from './api-process.js';
import type { KnownUser } from './steady-load.js';

const rows = z.array(
  z.object({
    clerk_id: z.string(),
    id: z.string(),
    version: z.coerce.number(),
    deleted: z.boolean(),
    /** Whether the journal records the row's creation or deletion. */
    recorded: z.boolean(),
  }),
);
type Row = z.infer<typeof rows>[number];

const query = `
  select clerk_id, id::text, profile_version as version, deleted_at is not null as deleted,
    exists (
      select from user_events as event where event.user_id = users.id
        and event.type = case when deleted_at is null then 'created' else 'deleted' end
    ) as recorded
  from users`;

/**
 * Compares the table with the acknowledged writes of the load.
 *
 * @returns the number of users compared
 * @throws Error naming the first acknowledged write that the table lacks
 */
export async function nothingIsLost(
  server: EmbeddedPostgres,
  database: string,
  users: readonly KnownUser[],
): Promise<number> {
  const found = rows.parse(await server.query(database, query));
  const byClerkId = new Map(found.map((row) => [row.clerk_id, row]));
  const known = users.filter(({ version }) => version > 0);
  const problems = known.flatMap((user) => {
    const problem = difference(user, byClerkId.get(user.clerkUser.clerkId));
    return problem === undefined ? [] : [`${user.clerkUser.clerkId}: ${problem}`];
  });
  if (problems.length === 0) return known.length;
  throw new Error(
    `${problems.length} of ${known.length} users differ\n    ${problems.slice(0, 10).join('\n    ')}`,
  );
}

function difference(user: KnownUser, row: Row | undefined): string | undefined {
  if (row === undefined) return 'the row is lost';
  if (user.id !== undefined && row.id !== user.id) return `the id ${user.id} became ${row.id}`;
  if (!row.recorded) return 'the journal lacks its event';
  if (user.deletion === 'acknowledged') return row.deleted ? undefined : 'its deletion is lost';
  if (row.deleted) return user.deletion === 'sent' ? undefined : 'it was not deleted';
  return row.version >= user.version ? undefined : `version ${user.version} became ${row.version}`;
}

/** Requests the last users from each process. @throws Error naming the first different response */
export async function processesAgree(
  apis: readonly ApiProcess[],
  users: readonly KnownUser[],
): Promise<void> {
  for (const { clerkUser, id, deletion } of users.slice(-60)) {
    if (deletion === 'sent') continue;
    const answers = await Promise.all(apis.map((api) => api.me(clerkUser)));
    const [first, ...others] = answers.map(({ status, text }) =>
      status === 200 ? text : String(status),
    );
    const expected = deletion === 'acknowledged' ? '401' : (id ?? '');
    if (first?.includes(expected) !== true || others.some((other) => other !== first)) {
      throw new Error(
        `the processes disagree about ${clerkUser.clerkId}: ${answers.map(({ text }) => text).join(', ')}`,
      );
    }
  }
}
