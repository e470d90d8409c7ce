import type pg from 'pg';
import { type Finding, ok, problem } from './finding.js';

const all = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/**
 * The privileges that the API needs on each table; docs/operations/database.md lists them as GRANT
 * statements.
 */
const needed: Readonly<Record<string, readonly string[]>> = {
  users: ['SELECT', 'INSERT', 'UPDATE'],
  user_preferences: ['SELECT', 'INSERT', 'UPDATE'],
  user_reconciliation: ['SELECT', 'INSERT', 'UPDATE'],
  webhook_receipts: ['SELECT', 'INSERT', 'UPDATE'],
  ended_sessions: all,
  user_event_handlers: all,
  user_event_deliveries: all,
  user_events: ['SELECT', 'DELETE'],
};

/** As parallel arrays, for `unnest`: the nth table needs the nth privilege. */
const pairs = Object.entries(needed).flatMap(([table, rights]) =>
  rights.map((right) => ({ table, right })),
);
const neededValues = [pairs.map(({ table }) => table), pairs.map(({ right }) => right)];

/** Checks that the role may write the tables, and that the server accepts writes. */
export async function checkWrites(client: pg.Client): Promise<readonly Finding[]> {
  return [
    ...(await checkReadOnly(client)),
    ...(await checkTriggers(client)),
    ...(await checkRights(client)),
    ...(await checkPolicies(client)),
  ];
}

async function checkReadOnly(client: pg.Client): Promise<readonly Finding[]> {
  const { rows } = await client.query<{ standby: boolean; readonly: boolean }>(
    `select pg_is_in_recovery() as standby,
       current_setting('transaction_read_only') = 'on' as readonly`,
  );
  if (rows[0]?.standby === true) {
    return [
      problem(
        'DATABASE_URL points to a standby: new users and webhooks get 503.',
        'Set it to the URL of the primary.',
      ),
    ];
  }
  if (rows[0]?.readonly !== true) return [];
  return [
    problem(
      'The database is read-only for this role: new users and webhooks get 503.',
      'Reset default_transaction_read_only for the role, the database or the server.',
    ),
  ];
}

/** Migration tools set it while they copy rows, and may leave it behind. */
async function checkTriggers(client: pg.Client): Promise<readonly Finding[]> {
  const { rows } = await client.query<{ role: string }>(
    `select current_setting('session_replication_role') as role`,
  );
  if (rows[0]?.role !== 'replica') return [];
  return [
    problem(
      'session_replication_role is replica: changes of users make no events, and no foreign key is checked.',
      'Reset it for the role, the database or the server (on managed servers: in the parameter group).',
    ),
  ];
}

/** Skips the tables of pending migrations. */
async function checkRights(client: pg.Client): Promise<readonly Finding[]> {
  const { rows } = await client.query<{ lacking: string }>(
    `select "right" || ' on ' || "table" as lacking
     from unnest($1::text[], $2::text[]) with ordinality as needed ("table", "right", position)
     where to_regclass("table") is not null
       and not has_table_privilege(to_regclass("table"), "right")
     order by position`,
    neededValues,
  );
  if (rows.length === 0) return [ok('The role may write the tables.')];
  return [
    problem(
      `The role of DATABASE_URL lacks privileges: ${rows.map(({ lacking }) => lacking).join(', ')}.`,
      'Run the GRANT statements of docs/operations/database.md, “Migrations”, as the tables’ owner.',
    ),
  ];
}

/** Without a policy for a command, row-level security hides every row from it, without an error. */
async function checkPolicies(client: pg.Client): Promise<readonly Finding[]> {
  const { rows } = await client.query<{ lacking: string }>(
    `select "right" || ' on ' || "table" as lacking
     from unnest($1::text[], $2::text[]) with ordinality as needed ("table", "right", position)
     where row_security_active(to_regclass("table")) and not exists (
       select from pg_policy
       where polrelid = to_regclass("table") and polpermissive
         and polcmd::text in ('*', case "right" when 'SELECT' then 'r' when 'INSERT' then 'a' when 'UPDATE' then 'w' else 'd' end)
         and exists (select from unnest(polroles) as role where role = 0 or pg_has_role(role, 'usage'))
     )
     order by position`,
    neededValues,
  );
  if (rows.length === 0) return [];
  return [
    problem(
      `Row-level security has no policy that lets the role of DATABASE_URL use: ${rows.map(({ lacking }) => lacking).join(', ')}.`,
      'Create one for all rows of each table (CREATE POLICY … ON users TO … USING (true)), or make the role the tables’ owner.',
    ),
  ];
}
