import pg from 'pg';
import { z } from 'zod';
import type { ClerkUserTable } from './clerk-columns.js';
import { ownStatement } from './database.js';
import { syncNames } from './sync-names.js';

const tableRows = z.array(z.object({ id: z.string().regex(/^\d+$/) }));

const watchedRow = z.object({ exist: z.boolean(), watched: z.boolean() });

/**
 * @param pool its statements decide which tables are meant: an application may set the `search_path`
 *   only on the pool's connections
 * @returns a query whether the triggers exist that notify of changed rows, including replicated ones
 */
export async function triggersQuery(pool: pg.Pool, users: ClerkUserTable): Promise<string> {
  const { name, ended, changed, truncated, sessionEnded } = syncNames(users);
  const names = [name, ended].map((table) => `to_regclass(${pg.escapeLiteral(table)})`);
  const { rows } = await pool.query(
    ownStatement(`
      select table_id::oid::text as id from unnest(array[${names.join(', ')}]) as table_id
      where table_id is not null`),
  );
  const tables = tableRows.parse(rows).map(({ id }) => id);
  const triggers = [changed, truncated, sessionEnded].map(pg.escapeLiteral);
  return `
    select count(*) = 3 as exist, count(*) filter (where tgenabled = 'A') = 3 as watched
    from pg_trigger
    where tgrelid in (${['0', ...tables].join(', ')})
      and tgname in (${triggers.join(', ')})`;
}

/**
 * @param rows the rows of the query that `triggersQuery` returns
 * @param users the table of that query
 * @throws Error if a trigger is missing, disabled, or not always enabled, with the fix
 */
export function assertTriggers(rows: readonly unknown[], users: ClerkUserTable): void {
  const { exist, watched } = watchedRow.parse(rows[0]);
  if (watched) return;
  if (!exist) throw new Error('The triggers on users are missing: apply the migrations.');
  // Applied migrations do not run again.
  throw new Error(
    `The triggers on users are not always enabled, as after a restore with --disable-triggers, which runs ENABLE TRIGGER ALL. Run: ${enableAlways(users)}`,
  );
}

function enableAlways(users: ClerkUserTable): string {
  const { name, ended, changed, truncated, sessionEnded } = syncNames(users);
  const enable = (trigger: string): string =>
    `ENABLE ALWAYS TRIGGER ${pg.escapeIdentifier(trigger)}`;
  return `ALTER TABLE ${name} ${enable(changed)}, ${enable(truncated)}; ALTER TABLE ${ended} ${enable(sessionEnded)};`;
}
