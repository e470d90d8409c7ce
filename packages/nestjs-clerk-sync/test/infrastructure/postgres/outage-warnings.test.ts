import { beforeEach, describe, expect, test } from 'vitest';
import { StoreReadOnlyError } from '../../../src/core/errors.js';
import { OutageWarnings } from '../../../src/infrastructure/postgres/outage-warnings.js';
import { unavailable } from '../../../src/infrastructure/postgres/run-statement.js';
import { someTime } from '../../support/profile.builder.js';
import { RecordedLog } from '../../support/recorded-log.js';
import { StoppedClock } from '../../support/stopped-clock.js';

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const missing = Object.assign(new Error('column users.firstName does not exist'), {
  code: '42703',
  severity: 'ERROR',
});

const uniqueViolation = (message: string, constraint: string | undefined): Error =>
  Object.assign(new Error(message), { code: '23505', severity: 'ERROR', constraint });

let log: RecordedLog;
let clock: StoppedClock;
let outages: OutageWarnings;
beforeEach(() => {
  log = new RecordedLog();
  clock = new StoppedClock(someTime);
  outages = new OutageWarnings(log, clock);
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

  test('names the unique constraint that refuses a user', async () => {
    await fail(unavailable(uniqueViolation('duplicate key value', 'app_users_email_key')));
    expect(messages()).toEqual([expect.stringMatching(/app_users_email_key.*Drop the constraint/)]);
  });

  test('does not repeat the message of a trigger, which may contain data', async () => {
    await fail(unavailable(uniqueViolation('Duplicate email: ada@people.example', undefined)));
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
