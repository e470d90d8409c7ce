import { randomUUID } from 'node:crypto';
import type { TcpProxy } from '@populatte/process-kit';
import pg from 'pg';
import { inject } from 'vitest';
import { silenceTriggers, withoutNotifications } from './database-without-notifications.js';

/** Migrated once per run; every test file gets a copy, which takes some 30 ms. */
export const templateDatabase = 'populatte_template';

export interface TestDatabase {
  readonly url: string;
  /** Runs one statement on a separate connection. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /**
   * Does the same from another database of the server, for statements that cannot run inside this
   * one.
   */
  administer(text: string): Promise<void>;
  drop(): Promise<void>;
}

/**
 * @param notifications `off`: the address leads to a database without LISTEN, NOTIFY and session locks.
 *   Default: the variable NOTIFICATIONS
 * @returns a fresh, migrated database on the run's PostgreSQL
 */
export async function createTestDatabase(
  notifications = process.env['NOTIFICATIONS'],
): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const url = new URL(inject('postgresUrl'));
  const adminUrl = new URL(url);
  adminUrl.pathname = '/postgres';
  url.pathname = `/${name}`;
  await run(adminUrl.href, `create database ${name} template ${templateDatabase}`);
  const proxy = notifications === 'off' ? await silence(url.href) : undefined;
  return {
    url: proxy?.url ?? url.href,
    query: (text, values) => run(url.href, text, values),
    administer: async (text) => {
      await run(adminUrl.href, text);
    },
    drop: async () => {
      await proxy?.close();
      await run(adminUrl.href, `drop database if exists ${name} with (force)`);
    },
  };
}

/**
 * Removes notifications from a database that was just created.
 *
 * @returns its address
 */
async function silence(url: string): Promise<TcpProxy> {
  await run(url, silenceTriggers);
  return withoutNotifications(url);
}

async function run<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values?: unknown[],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}
