import type { ClerkLocal } from '@populatte/clerk-local';
import { startTemporaryPostgres, type EmbeddedPostgres } from '@populatte/embedded-postgres';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '@populatte/process-kit';
import { ApiProcess } from '../../support/api-process.js';
import { startClerk } from '../../support/clerk-fixture.js';
import { expectUser } from '../../support/expect-answer.js';
import { Fault } from '../../support/fault.js';
import { emailDomain, familyName } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { webOrigin } from '../../support/session-token.js';

/**
 * Milliseconds before each attempt. Svix makes eight attempts over a day; this schedule outlasts
 * the outages of these tests, so no webhook is given up.
 */
const webhookRetryDelaysMs = [0, ...Array.from({ length: 400 }, () => 100)];

let postgres: EmbeddedPostgres;
let clerk: ClerkLocal;
let env: Record<string, string>;
let api: ApiProcess;

beforeAll(async () => {
  postgres = await startTemporaryPostgres();
  ({ clerk, env } = await startClerk(postgres.url, { webhookRetryDelaysMs }));
  api = await ApiProcess.start(env);
});
afterAll(async () => {
  await api.stop();
  await clerk.close();
  await postgres.remove();
});

let count = 0;
function signUp(): ReturnType<ClerkLocal['users']['create']> {
  count += 1;
  const email = `ada-${count}@${emailDomain}`;
  return clerk.users.create({ email_address: [email], first_name: 'Ada', last_name: familyName });
}

interface Row {
  readonly name: string | null;
  readonly deleted: boolean;
}

async function rowOf(clerkId: string): Promise<Row | undefined> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const { rows } = await client.query<Row>(
    'select name, deleted_at is not null as deleted from users where clerk_id = $1',
    [clerkId],
  );
  await client.end();
  return rows[0];
}

/** Clerk ids of the users who change at Clerk while webhooks cannot be applied. */
interface Affected {
  readonly created: string;
  readonly renamed: string;
  readonly deleted: string;
}

async function usersBefore(): Promise<Pick<Affected, 'renamed' | 'deleted'>> {
  const [renamed, deleted] = await Promise.all([signUp(), signUp()]);
  await clerk.webhooks.drain();
  return { renamed: renamed.id, deleted: deleted.id };
}

async function changeEverything(before: Omit<Affected, 'created'>): Promise<Affected> {
  const { id: created } = await signUp();
  await clerk.users.update(before.renamed, { first_name: 'Grace' });
  await clerk.users.delete(before.deleted);
  return { ...before, created };
}

/** HTTP statuses of all attempts for these users, in order. */
function attempts(affected: Affected): (number | null)[] {
  const ids = Object.values(affected) as string[];
  return clerk.webhooks
    .deliveries()
    .filter(({ userId }) => ids.includes(userId))
    .map(({ httpStatus }) => httpStatus);
}

async function expectApplied({ created, renamed, deleted }: Affected): Promise<void> {
  expect(await rowOf(created)).toEqual({ name: `Ada ${familyName}`, deleted: false });
  expect(await rowOf(renamed)).toEqual({ name: `Grace ${familyName}`, deleted: false });
  expect(await rowOf(deleted)).toEqual({ name: null, deleted: true });
}

test('webhooks sent while the database is stopped get 503, are delivered again and applied', async () => {
  const fault = new Fault('webhooks, database stopped');
  const before = await usersBefore();
  await postgres.stop();
  const affected = await changeEverything(before);
  const known = attempts(affected).length;
  await until('every webhook has failed twice', () => attempts(affected).length >= known + 6);
  const during = attempts(affected).slice(known);
  expect(new Set(during)).toEqual(new Set([503]));
  for (const status of during) fault.delivered(status);

  await postgres.restart();
  fault.over();
  await clerk.webhooks.drain();
  fault.recovered();
  await expectApplied(affected);
  expect(attempts(affected).filter((status) => status === 200)).toHaveLength(5);
});

test('webhooks sent after the API was killed are delivered to the next process and applied', async () => {
  const fault = new Fault('webhooks, API killed (SIGKILL)');
  const before = await usersBefore();
  api.signal('SIGKILL');
  await api.ended();
  const affected = await changeEverything(before);
  const known = attempts(affected).length;
  await until('every webhook has failed twice', () => attempts(affected).length >= known + 6);
  const during = attempts(affected).slice(known);
  expect(new Set(during)).toEqual(new Set([null]));
  for (const status of during) fault.delivered(status);

  fault.over();
  api = await ApiProcess.start(env);
  await clerk.webhooks.drain();
  fault.recovered();
  await expectApplied(affected);
  const token = await clerk.sessionToken({ userId: affected.renamed, origin: webOrigin });
  expect(expectUser(await api.me(token)).name).toBe(`Grace ${familyName}`);
});
