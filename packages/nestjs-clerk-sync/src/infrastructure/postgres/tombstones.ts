import { randomUUID } from 'node:crypto';
import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Profile } from '../../core/profile.js';
import type { DeletionOutcome, EventSource } from '../../core/user.repository.js';
import type { ClerkUserTable } from './clerk-columns.js';
import type { Database } from './database.js';
import { type Erasers, erasureTimeoutMs } from './erasers.js';
import { setSource } from './journal-settings.js';
import { selectionOf } from './row-expressions.js';
import { statementName } from './statement-name.js';
import { readStoredUser, type UserMapping } from './stored-user.js';
import { inTransaction } from './transaction.js';

/** Converts the row `stored` to a tombstone. */
const emptied = sql`
  email = null,
  name = null,
  image_url = null,
  banned_at = null,
  ban_version = 0,
  updated_at = greatest(now(), stored.updated_at),
  deleted_at = now()`;

/** Null: another transaction holds the row, or changed it meanwhile; the statement must run again. */
interface DeletionStatement {
  execute(values: {
    readonly id: string;
    readonly clerkId: string;
    readonly source: EventSource;
  }): Promise<{ outcome: DeletionOutcome | null }[]>;
}

/** Built like the sync's statement: it never waits for a row that another transaction holds. */
export function prepareDeletion(db: Database, table: ClerkUserTable): DeletionStatement {
  const incoming = db.$with('clerk_sync_incoming', {}).as(sql`
    select
      ${sql.placeholder('id')}::uuid as id,
      ${sql.placeholder('clerkId')}::text as clerk_id,
      ${setSource(sql.placeholder('source'))} as clerk_sync_source`);
  const existing = db.$with('clerk_sync_existing', {}).as(sql`
    select users.id, users.deleted_at is null as live
    from ${table} as users join clerk_sync_incoming on clerk_sync_incoming.clerk_id = users.clerk_id`);
  const free = db.$with('clerk_sync_free', {}).as(sql`
    select users.id from ${table} as users join clerk_sync_existing on clerk_sync_existing.id = users.id
    where clerk_sync_existing.live
    for no key update of users skip locked`);
  const written = db.$with('clerk_sync_written', {}).as(sql`
    insert into ${table} as stored (id, clerk_id, profile_version, deleted_at)
    select id, clerk_id, 0, now() from clerk_sync_incoming
    where not exists (select from clerk_sync_existing) or exists (select from clerk_sync_free)
    on conflict (clerk_id) do update set ${emptied}
    where stored.deleted_at is null
    returning stored.id`);
  const deleted = db.$with('clerk_sync_deleted', {
    outcome: sql<DeletionOutcome | null>`outcome`.as('outcome'),
  }).as(sql`
    select case
      when exists (select from clerk_sync_written) then 'deleted'
      when exists (select from clerk_sync_existing where not live) then 'ignored'
    end as outcome`);
  const statement = db.with(incoming, existing, free, written, deleted).select().from(deleted);
  return statement.prepare(statementName('delete_user', statement));
}

/**
 * The deletion with the application's erasers, which get the user as it was. Like the statement, it
 * never waits for a row that another transaction holds.
 *
 * @returns undefined if it must run again
 */
export function eraseAndDelete<Table extends ClerkUserTable, Entity>(
  { $client: pool }: Database,
  mapping: UserMapping<Table, Entity>,
  erasers: Erasers,
  { clerkId, source }: { readonly clerkId: string; readonly source: EventSource },
): Promise<DeletionOutcome | undefined> {
  const table: ClerkUserTable = mapping.users;
  const isTheirs = eq(table.clerkId, clerkId);
  return inTransaction(
    pool,
    async (transaction) => {
      await transaction.execute(sql`select ${setSource(source)}`);
      const [locked] = await transaction
        .select(selectionOf(table))
        .from(table)
        .where(and(isTheirs, isNull(table.deletedAt)))
        .for('no key update', { skipLocked: true });
      if (locked !== undefined) {
        const stored = readStoredUser(locked, mapping);
        if (stored.state === 'live') await erasers.erase(stored.user, transaction);
        await transaction.execute(
          sql`update ${table} as stored set ${emptied} where stored.clerk_id = ${clerkId}::text`,
        );
        return 'deleted';
      }
      const { rowCount } = await transaction.execute(sql`
        insert into ${table} (id, clerk_id, profile_version, deleted_at)
        values (${randomUUID()}::uuid, ${clerkId}::text, 0, now())
        on conflict (clerk_id) do nothing`);
      if (rowCount === 1) return 'deleted';
      return (await hasTombstone(transaction, table, clerkId)) ? 'ignored' : undefined;
    },
    { statementTimeoutMs: erasureTimeoutMs },
  );
}

/**
 * @returns false if there is no tombstone; undefined if there is one that the statement did not see, so
 *   that it must run again
 */
export async function restoreTombstone(
  db: Database,
  table: ClerkUserTable,
  { clerkId, email, name, imageUrl, banned, version }: Profile,
  source: EventSource,
): Promise<boolean | undefined> {
  const { rowCount } = await db.execute(sql`
    with source as (select ${setSource(source)})
    update ${table} as stored set
      email = ${email}::text,
      name = ${name}::text,
      image_url = ${imageUrl}::text,
      profile_version = ${version.at}::bigint,
      banned_at = case
        when ${banned === true}::boolean then to_timestamp(${version.at}::bigint / 1000.0)
      end,
      ban_version = ${banned === undefined ? 0 : version.at}::bigint,
      updated_at = greatest(now(), stored.updated_at),
      deleted_at = null
    from source
    where stored.clerk_id = ${clerkId}::text and stored.deleted_at is not null`);
  if ((rowCount ?? 0) > 0) return true;
  return (await hasTombstone(db, table, clerkId)) ? undefined : false;
}

async function hasTombstone(
  db: Pick<Database, 'select'>,
  table: ClerkUserTable,
  clerkId: string,
): Promise<boolean> {
  const found = await db
    .select({ id: table.id })
    .from(table)
    .where(and(eq(table.clerkId, clerkId), isNotNull(table.deletedAt)));
  return found.length > 0;
}
