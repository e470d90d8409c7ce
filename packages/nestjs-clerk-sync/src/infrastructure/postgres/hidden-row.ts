import pg from 'pg';
import { z } from 'zod';
import type { ClerkUserTable } from './clerk-columns.js';
import { ownStatement } from './database.js';
import { syncNames } from './sync-names.js';

/** PostgreSQL's own code for a row that a policy does not let the role write. */
const insufficientPrivilege = '42501';

const isHiddenRow = z.tuple([z.object({ hidden: z.boolean() })]);

/**
 * Checks whether row-level security hides a row from writes. PostgreSQL does not report that: such a
 * row looks like one that another transaction holds. Says nothing if another transaction does hold it.
 *
 * @throws pg.DatabaseError 42501 if a policy hides the row
 */
export async function assertRowVisible(
  pool: pg.Pool,
  users: ClerkUserTable,
  clerkId: string,
): Promise<void> {
  const { name } = syncNames(users);
  const policed = `row_security_active(${pg.escapeLiteral(name)})`;
  const text = `
    with visible as (
      select from ${name} where clerk_id = $1 and ${policed} for no key update nowait)
    select ${policed} and not exists (select from visible) as hidden`;
  const rows = await pool.query(ownStatement({ text, values: [clerkId] })).then(
    (result): unknown => result.rows,
    // Another transaction holds the row, or the database fails, which the next attempt reports.
    (): unknown => null,
  );
  if (isHiddenRow.safeParse(rows).data?.[0].hidden !== true) return;
  const message = `row-level security of the table ${name} hides a row from the role`;
  throw Object.assign(new pg.DatabaseError(message, message.length, 'error'), {
    severity: 'ERROR',
    code: insufficientPrivilege,
  });
}
