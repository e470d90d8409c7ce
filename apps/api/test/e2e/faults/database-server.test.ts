import { startTemporaryPostgres, type EmbeddedPostgres } from '@populatte/embedded-postgres';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ClerkStub } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import { apiEnvironment } from '../../support/api-environment.js';
import { ApiProcess } from '../../support/api-process.js';
import {
  expectNoWrites,
  expectOutage,
  expectRecovery,
  writes,
  type Deployment,
} from '../../support/database-outage.js';
import { expectUser } from '../../support/expect-answer.js';
import { Fault } from '../../support/fault.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken, aSessionToken } from '../../support/session-token.js';

/** Fewer connections than the API's pool and the other clients need together. */
const settings = { max_connections: '15' };

let postgres: EmbeddedPostgres;
let admin: pg.Client;
let clerk: ClerkStub;
let deployment: Deployment;

beforeAll(async () => {
  [postgres, clerk] = await Promise.all([startTemporaryPostgres({ settings }), ClerkStub.start()]);
  // Connects first, because later no connection is free.
  admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();
  const api = await ApiProcess.start(apiEnvironment({ databaseUrl: postgres.url, clerk }));
  deployment = { api, clerk };
});
afterAll(async () => {
  await deployment.api.stop();
  await admin.end();
  await Promise.all([clerk.close(), postgres.remove()]);
});

/** Opens connections until the server reports “too many clients” (53300). */
async function takeAll(taken: pg.Client[]): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString: postgres.url, application_name: 'others' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      taken.push(client);
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === '53300') return;
      throw error;
    }
  }
}

/** Ends the API's connections; @returns whether it had any */
async function endApiConnections(): Promise<boolean> {
  const { rowCount } = await admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where backend_type = 'client backend' and application_name <> 'others'
       and pid <> pg_backend_pid()`,
  );
  return rowCount !== 0;
}

test('requests get 503 at once while other clients hold all connections, and the API recovers', async () => {
  const fault = new Fault('database out of connections (53300)');
  await expectRecovery(deployment);
  const taken: pg.Client[] = [];
  // The API may reconnect before the other clients take its slot.
  await until('the other clients hold all connections', async () => {
    await takeAll(taken);
    return !(await endApiConnections());
  });
  for (let round = 0; round < 3; round += 1) await expectOutage(deployment, fault);
  await Promise.all(taken.map((client) => client.end()));
  fault.over();
  await expectRecovery(deployment, fault);
});

test('on a server that becomes read-only, requests that must write get 503 and others are served', async () => {
  const fault = new Fault('database read-only');
  const { api } = deployment;
  const known = aClerkUser();
  const user = expectUser(await api.me(await aProfileToken(clerk.key, known)));
  await admin.query('alter system set default_transaction_read_only = on');
  await admin.query('select pg_reload_conf()');
  await until('the server is read-only', async () => {
    return (await writes(deployment)).every(({ status }) => status === 503);
  });

  for (let round = 0; round < 5; round += 1) await expectNoWrites(deployment, fault);
  const served = await api.me(await aSessionToken(clerk.key, known.clerkId));
  expect(expectUser(served)).toEqual(user);
  fault.saw(served);

  await admin.query('alter system reset default_transaction_read_only');
  await admin.query('select pg_reload_conf()');
  fault.over();
  await expectRecovery(deployment, fault);
});
