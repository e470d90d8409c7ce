import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { clerkUserJson, down } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { AlertRehearsal, hasPromtool, type RehearsalOptions } from '../support/alert-rehearsal.js';
import { apiEnvironment } from '../support/api-environment.js';
import { withApi } from '../support/api-fixture.js';
import { ApiProcess } from '../support/api-process.js';
import { expectUser } from '../support/expect-answer.js';
import { aProfileToken } from '../support/session-token.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { deliver } from '../support/webhook.js';

/** Causes each failure and evaluates the rules of deploy/observability on the API's metrics. */
describe.skipIf(!hasPromtool)('alerts', () => {
  const fixture = withApi({ DATABASE_POOL_SIZE: '5' });
  const known = aClerkUser();

  /** A rehearsal on the API that all tests share, after a webhook and a request that succeeded. */
  async function rehearse(options?: RehearsalOptions): Promise<AlertRehearsal> {
    const { api, clerk } = fixture();
    await deliver(api, 'user.updated', clerkUserJson(known, Date.now()));
    expectUser(await api.me(await knownToken()));
    await until('notifications arrive', async () => {
      const { text } = await api.send('/metrics');
      return /^user_changes_connected 1$/m.test(text) && clerk.keysBehaviour === undefined;
    });
    return new AlertRehearsal(() => scrape(api), options);
  }

  function knownToken(): Promise<string> {
    return aProfileToken(fixture().clerk.key, known);
  }

  /** A request of a known user, and one of a new user. */
  async function traffic(): Promise<void> {
    const { api, clerk } = fixture();
    await api.me(await knownToken());
    await api.me(await aProfileToken(clerk.key, aClerkUser()));
  }

  test('no alert fires while requests and webhooks are served', async () => {
    const { api } = fixture();
    const rehearsal = await rehearse({ secondsPerScrape: 60 });
    await rehearsal.pass(40, async () => {
      await traffic();
      await deliver(api, 'user.updated', clerkUserJson(known, Date.now()));
    });
    await rehearsal.expectFiring();
  });

  test('PopulatteRefusals fires while tokens of another origin arrive', async () => {
    const { api, clerk } = fixture();
    const rehearsal = await rehearse();
    await rehearsal.pass(1, traffic);
    const claims = { azp: 'https://foreign.example.com' };
    await rehearsal.pass(7, async () => {
      await traffic();
      await api.me(await aProfileToken(clerk.key, known, { claims }));
    });
    await rehearsal.expectFiring('PopulatteRefusals');
  });

  test('PopulatteWebhooksInvalid fires while webhooks have no valid signature', async () => {
    const { api } = fixture();
    const rehearsal = await rehearse();
    await rehearsal.pass(7, () => api.send('/webhooks/clerk', { method: 'POST', body: '{}' }));
    await rehearsal.expectFiring('PopulatteWebhooksInvalid');
  });

  test('PopulatteDrift fires when requests carry changes that no webhook has delivered', async () => {
    const { api, clerk } = fixture();
    const rehearsal = await rehearse();
    await rehearsal.pass(9, async () => {
      const claims = { updatedAt: Date.now() - 60_000 };
      await api.me(await aProfileToken(clerk.key, aClerkUser(), { claims }));
    });
    await rehearsal.expectFiring('PopulatteDrift');
  });

  test('PopulatteWebhooksSilent fires when webhooks stop but requests still create users', async () => {
    const rehearsal = await rehearse({ secondsPerScrape: 60 });
    await rehearsal.pass(45, traffic);
    await rehearsal.expectFiring('PopulatteWebhooksSilent');
  });

  test('PopulatteKeysStale fires when Clerk’s keys cannot be loaded for an hour', async () => {
    const { api, clerk } = fixture();
    const rehearsal = await rehearse({ secondsPerScrape: 150 });
    await rehearsal.pass(10, async () => {
      await api.me(await knownToken());
    });
    clerk.keysBehaviour = down;
    const { key } = clerk;
    const unknown = await clerk.rotate('ins_unknown');
    clerk.key = key;
    await rehearsal.pass(70, async () => {
      await api.me(await knownToken());
    });
    // An unknown key makes the API load the set.
    expect((await api.me(await aProfileToken(unknown, aClerkUser()))).status).toBe(503);
    await rehearsal.pass(10, async () => {
      await api.me(await knownToken());
    });
    clerk.keysBehaviour = undefined;
    await rehearsal.expectFiring('PopulatteKeysStale');
  });

  test('PopulatteHandlerLag fires when no process handles a handler’s events', async () => {
    const { api, clerk, database } = fixture();
    const rehearsal = await rehearse({ secondsPerScrape: 60 });
    await database.query(
      `insert into user_event_handlers (name, types, backfill_until) values ('mailer', '{created}', 0)`,
    );
    expectUser(await api.me(await aProfileToken(clerk.key, aClerkUser())));
    const lag = /^user_event_handler_lag_seconds\{handler="mailer"\} [1-9]/m;
    await until('the lag shows', async () => lag.test((await api.send('/metrics')).text));
    await rehearsal.pass(20, async () => {
      await deliver(api, 'user.updated', clerkUserJson(known, Date.now()));
    });
    await database.query('delete from user_event_deliveries');
    await database.query('delete from user_event_handlers');
    await rehearsal.expectFiring('PopulatteHandlerLag');
  });

  test('PopulattePoolExhausted fires while a lock holds every connection', async () => {
    const { api, clerk, database } = fixture();
    // Few scrapes, because the requests wait for 4 s, and a scrape is slow on a busy machine.
    const rehearsal = await rehearse({ secondsPerScrape: 60 });
    const blocker = new pg.Client({ connectionString: database.url });
    await blocker.connect();
    await blocker.query('begin; lock table users in access exclusive mode');
    const waiting: Promise<unknown>[] = [];
    const ask = async (): Promise<void> => {
      waiting.push(api.me(await aProfileToken(clerk.key, aClerkUser())));
    };
    try {
      // More requests than the pool has connections; all of them reach the pool before the first
      // scrape.
      for (let request = 0; request < 10; request += 1) await ask();
      await until('requests wait for a connection', async () =>
        /^db_pool_connections\{.*state="waiting".*\} [1-9]/m.test(
          (await api.send('/metrics')).text,
        ),
      );
      await rehearsal.pass(3.5, ask);
    } finally {
      await blocker.end();
    }
    await Promise.all(waiting);
    await rehearsal.expectFiring('PopulattePoolExhausted');
  });

  test('PopulatteReadOnly fires while the database accepts no writes', async () => {
    const { api, database } = fixture();
    const rehearsal = await rehearse();
    const name = new URL(database.url).pathname.slice(1);
    await database.administer(`alter database ${name} set default_transaction_read_only = on`);
    await endConnections(name, database);
    await until('the API notices', async () =>
      /^db_read_only 1$/m.test((await api.send('/metrics')).text),
    );
    await rehearsal.pass(3, async () => {
      await api.me(await knownToken());
    });
    await database.administer(`alter database ${name} reset default_transaction_read_only`);
    await rehearsal.expectFiring('PopulatteReadOnly');
    await until('the database takes writes', async () =>
      /^db_read_only 0$/m.test((await api.send('/metrics')).text),
    );
  });

  test('PopulatteUnavailable and PopulatteWebhooksFail fire when deletions cannot erase', async () => {
    const { api, database } = fixture();
    const rehearsal = await rehearse();
    await database.query('alter table user_preferences rename to elsewhere');
    const { clerkId } = known;
    await rehearsal.pass(8, async () => {
      await traffic();
      await deliver(api, 'user.deleted', { id: clerkId, object: 'user', deleted: true });
    });
    await database.query('alter table elsewhere rename to user_preferences');
    // A webhook that fails also counts as a request with 503.
    await rehearsal.expectFiring('PopulatteUnavailable', 'PopulatteWebhooksFail');
  });

  test('only PopulatteUnavailable fires while the database accepts no connections', async () => {
    const { database } = fixture();
    const rehearsal = await rehearse();
    await rehearsal.pass(1, traffic);
    const name = new URL(database.url).pathname.slice(1);
    await database.administer(`alter database ${name} allow_connections false`);
    await endConnections(name, database);
    await rehearsal.pass(3.5, traffic);
    await database.administer(`alter database ${name} allow_connections true`);
    await rehearsal.expectFiring('PopulatteUnavailable');
  });

  test('PopulatteChangesDisconnected fires on a database without notifications', async () => {
    const { clerk } = fixture();
    const database = await createTestDatabase('off');
    const api = await ApiProcess.start(apiEnvironment({ databaseUrl: database.url, clerk }));
    const rehearsal = new AlertRehearsal(() => scrape(api));
    await rehearsal.pass(6, async () => {
      await api.me(await aProfileToken(clerk.key, known));
    });
    await api.stop();
    await database.drop();
    await rehearsal.expectFiring('PopulatteChangesDisconnected');
  });

  test('PopulatteDown fires when a process has exited', async () => {
    const { api } = fixture();
    const rehearsal = await rehearse();
    await rehearsal.pass(2, traffic);
    await api.stop();
    await rehearsal.pass(3);
    await rehearsal.expectFiring('PopulatteDown');
  });
});

/** @returns the text of `/metrics`, or undefined if there is no answer */
async function scrape(api: ApiProcess): Promise<string | undefined> {
  return api.send('/metrics').then(
    ({ status, text }) => (status === 200 ? text : undefined),
    () => undefined,
  );
}

async function endConnections(name: string, database: TestDatabase): Promise<void> {
  await database.administer(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
  );
}
