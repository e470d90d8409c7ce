import { beforeEach, describe, expect, test } from 'vitest';
import { StoreReadOnlyError } from '../../../src/core/errors.js';
import { OutageWarnings } from '../../../src/infrastructure/postgres/outage-warnings.js';
import { unavailable } from '../../../src/infrastructure/postgres/statement-retries.js';
import { someTime } from '../../support/profile.builder.js';
import { RecordedLog } from '../../support/recorded-log.js';
import { StoppedClock } from '../../support/stopped-clock.js';

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const missing = Object.assign(new Error('column users.firstName does not exist'), {
  code: '42703',
  severity: 'ERROR',
});

/** An error of PostgreSQL with data in its message. @param names what it names, such as a constraint */
const refusal = (
  code: string,
  names: { constraint?: string; column?: string; table?: string } = {},
): Error =>
  Object.assign(new Error('Not ada@people.example'), {
    ...{ code, severity: 'ERROR', table: 'users' },
    ...names,
  });

let log: RecordedLog;
let clock: StoppedClock;
let outages: OutageWarnings;
beforeEach(() => {
  log = new RecordedLog();
  clock = new StoppedClock(someTime);
  outages = new OutageWarnings(log, clock, 'users');
});

/** A statement that fails; the error must reach the caller. */
async function fail(error: Error): Promise<void> {
  await expect(outages.watch(Promise.reject(error))).rejects.toBe(error);
}

const messages = (): string[] => log.entries.map(({ message }) => message);

describe('OutageWarnings', () => {
  test('names the missing object and the migration', async () => {
    await fail(unavailable(missing));
    expect(messages()).toEqual([
      expect.stringMatching(/column users\.firstName does not exist.*clerkSyncSql\(users\)/),
    ]);
    expect(log.entries[0]).toMatchObject({ level: 'warn', cause: missing });
  });

  test('names the statement mode of a pooler', async () => {
    const message = 'transaction blocks not allowed in statement pooling mode';
    await fail(
      unavailable(Object.assign(new Error(message), { code: '08P01', severity: 'FATAL' })),
    );
    expect(messages()).toEqual([expect.stringMatching(/pooler.*statement mode.*pool_mode/)]);
  });

  test.each([
    ['08P01', 'unsupported startup parameter: statement_timeout', /pooler .*Remove it from/],
    ['42P10', 'there is no unique or exclusion constraint matching', /clerk_id .*partitioned by/],
    ['42501', 'new row violates row-level security policy for table "users"', /policy that allows/],
    ['54000', 'too many notifications in the NOTIFY queue', /listens .*pg_stat_activity/],
    ['42501', 'permission denied for table users', /Grant select, insert and update/],
  ])('names the fix of %s: %s', async (code, message, fix) => {
    await fail(unavailable(Object.assign(new Error(message), { code, severity: 'ERROR' })));
    expect(messages()).toEqual([expect.stringMatching(fix)]);
    expect(messages()).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    [
      refusal('23505', { constraint: 'users_email_key' }),
      /unique constraint users_email_key.*Drop/,
    ],
    [refusal('23514', { constraint: 'users_email_check' }), /constraint users_email_check.*Change/],
    [refusal('23503', { constraint: 'users_team_fkey' }), /constraint users_team_fkey.*Change/],
    [refusal('23502', { column: 'team' }), /column team .*not null\. Drop.*or give .* a default/],
    [
      refusal('23502', { column: 'email' }),
      /column email .*not null\. Drop this constraint: a user/,
    ],
    [
      refusal('23505', { constraint: 'user_events_pkey', table: 'user_events' }),
      /^The sequence of user_events is behind.*setval/,
    ],
    [
      refusal('23505', { constraint: 'invoices_pkey', table: 'invoices' }),
      /^The constraint invoices_pkey of the table invoices .*@EraseUserData/,
    ],
    [
      refusal('23514', { constraint: 'users_tombstone_is_empty' }),
      /^Something gives a deleted user .*a trigger/,
    ],
    [refusal('P0001'), /trigger .*SQLSTATE P0001/],
    [refusal('22001'), /too short.*Make email, name and image_url text/],
    [refusal('23505'), /trigger .*SQLSTATE 23505/],
    [refusal('23514'), /trigger .*SQLSTATE 23514/],
  ])('names what refuses a user, without data: %#', async (error, expected) => {
    await fail(unavailable(error));
    expect(messages()).toEqual([expect.stringMatching(expected)]);
    expect(messages()).toEqual([expect.not.stringContaining('ada')]);
  });

  test('logs each reason once a minute', async () => {
    await fail(unavailable(refused));
    await fail(unavailable(refused));
    await fail(unavailable(missing));
    expect(messages()).toHaveLength(2);
    clock.advance(60_000);
    await fail(unavailable(refused));
    expect(messages()).toHaveLength(3);
    expect(messages()[2]).toBe(messages()[0]);
  });

  test('ignores a read-only database and other errors', async () => {
    await fail(new StoreReadOnlyError());
    await fail(new TypeError('A bug.'));
    expect(await outages.watch(Promise.resolve('a result'))).toBe('a result');
    expect(messages()).toEqual([]);
  });
});
