import { answers, createSigningKey, instanceHost } from '@populatte/clerk-stub';
import pg from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import { withClerkStub } from '../support/api-fixture.js';
import { startClerk } from '../support/clerk-fixture.js';
import { runCommand, type CommandResult } from '../support/command.js';
import { publishableKey } from '../support/environment.builder.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { hasPgBouncer, startPooler } from '../support/pooler.js';
import { aProfileToken, aSessionToken } from '../support/session-token.js';

const fixture = withClerkStub();
beforeEach(() => {
  fixture().clerk.keysBehaviour = undefined;
  fixture().clerk.usersBehaviour = undefined;
});

const environment = (extra: Readonly<Record<string, string>> = {}): Record<string, string> =>
  fixture().environment(extra);

const doctor = (
  extra: Readonly<Record<string, string>> = {},
  ...args: string[]
): Promise<CommandResult> => runCommand(['doctor', ...args], environment(extra));

describe('doctor', () => {
  test('reports no problem in a correct environment, and writes nothing', async () => {
    const token = await aProfileToken(fixture().clerk.key, aClerkUser(), {
      claims: { updatedAt: Date.now() },
    });
    const { code, stdout } = await doctor({}, '--token', token);
    expect(stdout).not.toContain('problem');
    expect(code).toBe(0);
    for (const text of [
      'Clerk accepts CLERK_SECRET_KEY',
      'The clock agrees',
      'encoding is UTF8',
      'LISTEN/NOTIFY works',
      'The token carries the profile',
      'every origin of WEB_URL',
    ]) {
      expect(stdout).toContain(text);
    }
    expect(await fixture().database.query('select * from user_reconciliation')).toEqual([]);
  });

  test('compares the keys that the Frontend API publishes with those of the Backend API', async () => {
    const local = await startClerk(fixture().database.url);
    const key = publishableKey('test', new URL(local.clerk.url).host);
    const env = { ...local.env, CLERK_PUBLISHABLE_KEY: key };
    try {
      const same = await runCommand(['doctor'], env);
      expect(same.stdout).toContain('Both keys belong to the same Clerk instance');
      expect(same.code).toBe(0);
      const other = await runCommand(['doctor'], {
        ...env,
        CLERK_SECRET_KEY: fixture().clerk.secretKey,
        CLERK_API_URL: fixture().clerk.url,
      });
      expect(other.stdout).toContain('belong to different Clerk instances');
      expect(other.code).toBe(1);
    } finally {
      await local.clerk.close();
    }
  });

  test.each([
    [`https://${instanceHost}`, 0],
    ['https://other.example', 1],
  ])('with the domain %s at Clerk it exits with %i', async (url, expected) => {
    fixture().clerk.usersBehaviour = (request, response) => {
      const body = JSON.stringify({ data: [{ frontend_api_url: url }], total_count: 1 });
      const found = request.url === '/v1/domains' ? answers(200, body) : answers(404, '{}');
      found(request, response);
    };
    const { code, stdout } = await doctor();
    expect(code).toBe(expected);
    expect(stdout).toContain(
      expected === 0 ? 'belong to the same Clerk instance' : 'belong to different Clerk instances',
    );
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['a secret key that Clerk refuses', { CLERK_SECRET_KEY: 'sk_test_0other' }, 'CLERK_SECRET_KEY'],
    [
      'an authorized party that is missing',
      { CLERK_AUTHORIZED_PARTIES: 'https://other.example' },
      'CLERK_AUTHORIZED_PARTIES lacks http://localhost:3000',
    ],
    [
      'an invalid webhook secret',
      { CLERK_WEBHOOK_SIGNING_SECRET: 'secret' },
      'CLERK_WEBHOOK_SIGNING_SECRET is not a signing secret',
    ],
    [
      'a database that does not answer',
      { DATABASE_URL: 'postgres://127.0.0.1:1/none' },
      'DATABASE_URL: Nothing is listening',
    ],
    [
      'an API address that is not Clerk’s',
      { CLERK_API_URL: 'http://127.0.0.1:1' },
      'Backend API cannot be reached',
    ],
  ])('names %s with its fix and exits with 1', async (_what, extra, text) => {
    const { code, stdout, stderr } = await doctor(extra);
    expect(stdout).toContain(text);
    expect(code).toBe(1);
    const lines = stdout.split('\n');
    const at = lines.findIndex((line) => line.includes(text));
    expect(lines[at + 1]).toMatch(/^ {9}\S/);
    expect(stdout + stderr).not.toMatch(/sk_test_\w|whsec_\w/);
  });

  test('names a foreign CLERK_JWT_KEY', async () => {
    const { pem } = await createSigningKey('ins_other');
    const { code, stdout } = await doctor({ CLERK_JWT_KEY: pem });
    expect(stdout).toContain('CLERK_JWT_KEY is not a signing key of the instance');
    expect(code).toBe(1);
  });

  test.each([
    [-60_000, 'ahead of'],
    [60_000, 'behind'],
  ])('names a clock that differs from Clerk’s by %i ms', async (difference, text) => {
    fixture().clerk.keysBehaviour = (_request, response) => {
      const date = new Date(Date.now() + difference).toUTCString();
      response.writeHead(200, { 'content-type': 'application/json', date });
      response.end(JSON.stringify({ keys: [fixture().clerk.key.jwk] }));
    };
    const { code, stdout } = await doctor();
    expect(stdout).toContain(`s ${text} Clerk’s`);
    expect(code).toBe(1);
  });

  test('names the claims that a token lacks, and how to add them', async () => {
    const token = await aSessionToken(fixture().clerk.key, 'user_without_profile');
    const { code, stdout } = await doctor({}, '--token', token);
    expect(stdout).toContain('lacks the claims email, name, imageUrl');
    expect(stdout).toContain('Customize session token');
    expect(code).toBe(1);
  });

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['issuer', { iss: 'https://other.example' }, 'CLERK_PUBLISHABLE_KEY'],
    ['origin', { azp: 'https://other.example' }, 'CLERK_AUTHORIZED_PARTIES'],
    ['missing origin', { azp: undefined }, 'CLERK_ACCEPT_TOKENS_WITHOUT_AZP'],
  ])('names the variable for a token’s foreign %s', async (_what, claims, variable) => {
    const token = await aProfileToken(fixture().clerk.key, aClerkUser(), { claims });
    const { code, stdout } = await doctor({}, '--token', token);
    const problems = stdout.split('\n').filter((line) => line.startsWith('problem'));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(variable);
    expect(code).toBe(1);
    expect(stdout).not.toContain(token);
  });

  test('accepts an expired token, because only its content matters', async () => {
    const iat = Math.floor(Date.now() / 1_000) - 3_600;
    const claims = { iat, nbf: iat - 10, exp: iat + 60 };
    const token = await aProfileToken(fixture().clerk.key, aClerkUser(), { claims });
    const { stdout } = await doctor({}, '--token', token);
    expect(stdout).toContain('The token is accepted');
  });

  test('names an encoding other than UTF8', async () => {
    const name = `latin_${Date.now()}`;
    await fixture().database.administer(
      `create database ${name} encoding 'LATIN1' locale 'C' template template0`,
    );
    try {
      const url = new URL(fixture().database.url);
      url.pathname = `/${name}`;
      const { code, stdout } = await doctor({ DATABASE_URL: url.href });
      expect(stdout).toContain('encoding is LATIN1; it must be UTF8');
      expect(code).toBe(1);
    } finally {
      await fixture().database.administer(`drop database ${name}`);
    }
  });

  test('names a database that accepts no writes', async () => {
    const url = new URL(fixture().database.url);
    url.searchParams.set('options', '-c default_transaction_read_only=on');
    const { code, stdout } = await doctor({ DATABASE_URL: url.href });
    expect(stdout).toContain('The database is read-only for this role');
    expect(code).toBe(1);
  });

  test('names a setting that a migration tool has left behind, with which no trigger runs', async () => {
    const url = new URL(fixture().database.url);
    url.searchParams.set('options', '-c session_replication_role=replica');
    const { code, stdout } = await doctor({ DATABASE_URL: url.href });
    expect(stdout).toContain('session_replication_role is replica');
    expect(code).toBe(1);
  });

  test('reports users that belong to a different Clerk instance', async () => {
    await fixture().database.query(
      `insert into user_reconciliation (instance) values ('{"issuer":"https://other.example","instanceId":null,"keyIds":[]}')`,
    );
    try {
      const { code, stdout } = await doctor();
      expect(stdout).toContain('belong to a different Clerk instance');
      expect(code).toBe(1);
    } finally {
      await fixture().database.query('delete from user_reconciliation');
    }
  });

  test('warns about disabled webhooks', async () => {
    const { CLERK_WEBHOOK_SIGNING_SECRET: _, ...env } = environment();
    const { code, stdout } = await runCommand(['doctor'], env);
    expect(stdout).toMatch(/^warning {2}Webhooks are off/m);
    expect(code).toBe(0);
  });

  test('names every variable of an invalid environment', async () => {
    const { code, stdout } = await runCommand(['doctor'], {
      CLERK_PUBLISHABLE_KEY: publishableKey('test'),
    });
    expect(stdout).toContain('CLERK_SECRET_KEY is missing');
    expect(stdout).toContain('DATABASE_URL is missing');
    expect(code).toBe(1);
  });
});

describe.skipIf(!hasPgBouncer)('doctor behind PgBouncer', () => {
  const listening = 'LISTEN/NOTIFY works';
  const notListening = 'LISTEN/NOTIFY does not work';
  const isPooler = 'DATABASE_URL points to a connection pooler';

  test('in transaction mode with DATABASE_DIRECT_URL, notifications work', async () => {
    const pooler = await startPooler(fixture().database.url, 'transaction');
    const env = { DATABASE_URL: pooler.url, DATABASE_DIRECT_URL: fixture().database.url };
    const { code, stdout } = await doctor(env).finally(() => pooler.stop());
    expect(stdout).toContain(isPooler);
    expect(stdout).toContain(listening);
    expect(stdout).not.toContain('DATABASE_DIRECT_URL');
    expect(code).toBe(0);
  });

  test('in transaction mode without DATABASE_DIRECT_URL, it names the variable and leaves no LISTEN behind', async () => {
    const pooler = await startPooler(fixture().database.url, 'transaction');
    try {
      const { code, stdout } = await doctor({ DATABASE_URL: pooler.url });
      expect(stdout).toContain(isPooler);
      expect(stdout).toContain(notListening);
      expect(stdout).toContain('Set DATABASE_DIRECT_URL');
      expect(code).toBe(0);
      const client = new pg.Client({ connectionString: pooler.url });
      await client.connect();
      const { rows } = await client.query('select pg_listening_channels() as channel');
      await client.end();
      expect(rows).toEqual([]);
    } finally {
      await pooler.stop();
    }
  });

  test('in session mode without DATABASE_DIRECT_URL, notifications work', async () => {
    const pooler = await startPooler(fixture().database.url, 'session');
    const { stdout } = await doctor({ DATABASE_URL: pooler.url }).finally(() => pooler.stop());
    expect(stdout).toContain(isPooler);
    expect(stdout).toContain(listening);
  });

  test.each([
    ['1', 'problem', 'has no second server connection'],
    ['2', 'warning', 'does not answer LISTEN'],
  ])(
    'in session mode with %s server connections, it names the size of the pooler’s pool',
    async (size, level, text) => {
      const settings = { default_pool_size: size };
      const pooler = await startPooler(fixture().database.url, 'session', settings);
      const { stdout } = await doctor({ DATABASE_URL: pooler.url }).finally(() => pooler.stop());
      expect(stdout).toMatch(new RegExp(`^${level} .*${text}[^]*?default_pool_size`, 'm'));
      expect(stdout).not.toContain('database is not responding');
      expect(stdout).not.toContain('transaction mode');
    },
  );

  test('in statement mode, it names the mode', async () => {
    const pooler = await startPooler(fixture().database.url, 'statement');
    const env = { DATABASE_URL: pooler.url, DATABASE_DIRECT_URL: fixture().database.url };
    const { code, stdout } = await doctor(env).finally(() => pooler.stop());
    expect(stdout).toContain('The pooler of the database is in statement mode');
    expect(code).toBe(1);
  });
});
