import { fileURLToPath } from 'node:url';
import { ClerkStub, clerkUserJson, type ClerkUser } from '@populatte/clerk-stub';
import { type EmbeddedPostgres, startTemporaryPostgres } from '@populatte/embedded-postgres';
import { runProgram, until } from '@populatte/process-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createTable,
  OutsideApplication,
  packTarball,
  type Variant,
} from './outside-application.js';
import { readmeSteps } from './readme-steps.js';
import { Requests } from './requests.js';

const variants: readonly Variant[] = [
  {
    name: 'Nest 11 on Express, as CommonJS',
    nest: '^11.0.0',
    platform: 'express',
    entry: 'express.cjs',
  },
  {
    name: 'Nest 11 on Fastify, as an ES module',
    nest: '^11.0.0',
    platform: 'fastify',
    entry: 'fastify.mjs',
  },
  {
    name: 'the lowest supported versions, on Express, as CommonJS',
    nest: '11.0.0',
    platform: 'express',
    entry: 'express.cjs',
    packages: { 'drizzle-orm': '0.45.0', pg: '8.16.0', 'reflect-metadata': '0.2.0' },
  },
  {
    name: 'Nest 12 on Fastify, as an ES module',
    nest: '^12.0.0',
    platform: 'fastify',
    entry: 'fastify.mjs',
  },
];

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
let tarball: Awaited<ReturnType<typeof packTarball>>;
let postgres: EmbeddedPostgres;

beforeAll(async () => {
  [tarball, postgres] = await Promise.all([packTarball(), startTemporaryPostgres()]);
});
afterAll(async () => {
  await Promise.all([tarball.remove(), postgres.remove()]);
});

function aClerkUser(clerkId: string): ClerkUser {
  return { clerkId, email: 'ada@people.example', name: 'Ada Lovelace', imageUrl: null };
}

test.each([
  ['publint', ['publint', '--strict']],
  ['are the types wrong', ['attw', '--profile', 'node16', '--no-emoji']],
])('the tarball passes %s', async (_name, [program = '', ...options]) => {
  const { code, output } = await runProgram(
    `${repository}node_modules/.bin/${program}`,
    [tarball.file, ...options],
    { cwd: repository, env: process.env, timeoutMs: 120_000 },
  );
  expect(code, output).toBe(0);
});

describe.each(variants)('$name', (variant) => {
  const database = `outside_${variants.indexOf(variant)}`;
  let clerk: ClerkStub;
  let application: OutsideApplication;
  let environment: NodeJS.ProcessEnv;
  let requests: Requests;
  let here: string;
  let there: string;

  beforeAll(async () => {
    clerk = await ClerkStub.start();
    requests = new Requests(clerk);
    application = await OutsideApplication.install(variant, tarball.file);
    const url = await postgres.createDatabase(database);
    environment = { ...clerk.environment(), DATABASE_URL: url };
    await postgres.query(database, createTable);
    const { output: sql } = await application.run(['--sql'], environment);
    await postgres.query(database, sql);
    // Idempotent.
    await postgres.query(database, sql);
    here = await application.start(environment);
    there = await application.start(environment);
  });
  afterAll(async () => {
    await application.remove();
    await clerk.close();
  });

  test('the README’s steps compile in strict TypeScript, as CommonJS and as an ES module', async () => {
    const sources = (await readmeSteps())
      .filter((step) => 'file' in step)
      .filter(({ platform }) => platform === null || platform === variant.platform)
      .filter(({ file }) => file !== 'drizzle.config.js');
    for (const { file, text } of sources) await application.write(file, text);
    await application.write(
      'src/testing.ts',
      `export { startTestClerk } from '@populatte/nestjs-clerk-sync/testing';`,
    );
    const files = [...sources.map(({ file }) => file), 'src/testing.ts'];
    expect(files).toContain('src/main.ts');
    // Options of applications from before Nest 11.
    const older = { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' };
    const bundler = { module: 'esnext', moduleResolution: 'bundler' };
    for (const options of [
      { type: 'commonjs' },
      ...(variant.nest === '^11.0.0' ? [{ type: 'commonjs', ...older } as const] : []),
      { type: 'module', verbatimModuleSyntax: true },
      { type: 'module', ...bundler },
    ] as const) {
      expect(await application.compile(files, options), JSON.stringify(options)).toBe('');
    }
  });

  test('refuses a request without a token as a problem, and serves public routes', async () => {
    const refused = await requests.get(here, '/me');
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expect(refused.headers.get('content-type')).toMatch(/json/);
    expect(await refused.json()).toMatchObject({
      status: 401,
      code: 'token_missing',
    });
    expect(await (await requests.get(here, '/open')).json()).toEqual({ open: true });
  });

  test('provides the frozen row with the application’s columns', async () => {
    const user = aClerkUser('user_first');
    expect(await (await requests.get(here, '/me', user)).json()).toMatchObject({
      clerkId: 'user_first',
      name: 'Ada Lovelace',
      plan: 'free',
      frozen: true,
    });
    expect(await (await requests.get(here, '/email', user)).json()).toEqual({
      email: 'ada@people.example',
    });
    expect(await (await requests.get(here, '/stored', user)).json()).toMatchObject({
      plan: 'free',
    });
  });

  test('creates one row for concurrent first requests to two processes', async () => {
    const rows = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        requests.me(index % 2 === 0 ? here : there, aClerkUser('user_race')),
      ),
    );
    expect(new Set(rows.map(({ id }) => id)).size).toBe(1);
  });

  test('applies a webhook of one process to the cache of the other', async () => {
    const user = aClerkUser('user_renamed');
    expect((await requests.me(there, user)).name).toBe('Ada Lovelace');
    const renamed = { ...user, name: 'Grace Hopper' };
    expect(
      await requests.deliver(here, 'user.updated', clerkUserJson(renamed, Date.now() + 1000)),
    ).toEqual({
      success: true,
      outcome: 'updated',
    });
    await until(
      'the other process has it',
      async () => (await requests.me(there, user)).name === renamed.name,
    );
  });

  test('refuses a webhook with a wrong signature', async () => {
    const secret = `whsec_${Buffer.alloc(24).toString('base64')}`;
    const response = await requests.webhook(here, 'user.deleted', { id: 'user_first' }, secret);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'webhook_invalid' });
  });

  test('refuses a deleted user in both processes', async () => {
    const user = aClerkUser('user_deleted');
    expect((await requests.get(there, '/me', user)).status).toBe(200);
    expect(await requests.deliver(here, 'user.deleted', { id: user.clerkId })).toMatchObject({
      outcome: 'deleted',
    });
    await until(
      'it is refused',
      async () => (await requests.get(there, '/me', user)).status === 401,
    );
    expect(await (await requests.get(here, '/me', user)).json()).toMatchObject({
      code: 'user_deleted',
    });
    const journal = await postgres.query(database, 'select type, source from user_events');
    expect(journal).toContainEqual({ type: 'deleted', source: 'webhook' });
  });

  test('handles the event of a new user once, in one of two processes', async () => {
    const user = aClerkUser('user_greeted');
    const { id } = await requests.me(here, user);
    const greeted = (): Promise<unknown[]> =>
      postgres.query(database, `select user_id from greetings where user_id = '${id}'`);
    await until('the handler has run', async () => (await greeted()).length > 0);
    await until('no event waits', async () => {
      const waiting = await postgres.query(database, 'select handler from user_event_deliveries');
      return waiting.length === 0;
    });
    expect(await greeted()).toHaveLength(1);
  });

  test('erases the notes of a deleted user, and deletes nothing if that fails', async () => {
    const lucky = aClerkUser('user_with_notes');
    const unlucky = { ...aClerkUser('user_unlucky'), name: 'Unlucky' };
    for (const user of [lucky, unlucky]) {
      const { id } = await requests.me(here, user);
      await postgres.query(database, `insert into notes values ('${id}')`);
    }
    const notesOf = ({ clerkId }: ClerkUser): Promise<unknown[]> =>
      postgres.query(
        database,
        `select deleted_at is null as live from notes join app_users on id = user_id
         where clerk_id = '${clerkId}'`,
      );

    await requests.deliver(here, 'user.deleted', { id: lucky.clerkId });
    expect(await notesOf(lucky)).toEqual([]);
    const refused = await requests.webhook(here, 'user.deleted', { id: unlucky.clerkId });
    expect(refused.status).toBe(503);
    expect(await notesOf(unlucky)).toEqual([{ live: true }]);
    expect((await requests.get(there, '/me', unlucky)).status).toBe(200);
  });

  test.each([
    ['check constraint', 'Robot', 'The application’s constraint no_robots refuses a user.'],
    ['trigger', 'Ghost', 'A trigger on the application’s table of users refuses a user'],
    ['short column', 'Ada '.repeat(11), 'table of users is too short for a value of Clerk.'],
  ])('returns 503 for a user that a %s refuses, and logs it', async (kind, name, cause) => {
    const user = aClerkUser(`user_${kind.replace(' ', '_')}`);
    const refused = await requests.get(here, '/me', { ...user, name });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 'sync_unavailable' });
    await until('the cause is logged', () => application.log.includes(cause));
    expect(application.log).not.toContain(user.email);
    // The next valid profile is accepted.
    expect(await requests.me(here, user)).toMatchObject({ name: user.name });
  });

  test('returns 503 during a database outage, and recovers', async () => {
    const user = aClerkUser('user_outage');
    await postgres.stop();
    const refused = await requests.get(here, '/me', user);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 'sync_unavailable' });
    await postgres.restart();
    await until('it serves', async () => (await requests.get(here, '/me', user)).status === 200);
  });

  test('guards every module, and serves webhooks, under a global prefix and a default version', async () => {
    const prefixed = await application.start({ ...environment, API_PREFIX: 'api' });
    const user = aClerkUser('user_prefixed');
    expect((await requests.get(prefixed, '/api/v1/orders')).status).toBe(401);
    const { id } = await requests.me(`${prefixed}/api/v1`, user);
    expect(await (await requests.get(prefixed, '/api/v1/orders', user)).json()).toEqual({
      orderedBy: id,
    });
    for (const path of ['/me', '/api/me', '/v1/me']) {
      expect((await requests.get(prefixed, path, user)).status, path).toBe(404);
    }
    const address = `${prefixed}/api/v1`;
    expect(await requests.deliver(address, 'user.deleted', { id: user.clerkId })).toMatchObject({
      outcome: 'deleted',
    });
    expect(await (await requests.get(prefixed, '/api/v1/orders', user)).json()).toMatchObject({
      code: 'user_deleted',
    });
  });

  test('does not start without raw bodies, and names the fix', async () => {
    const { code, output } = await application.run(['--without-raw-body'], environment);
    expect(code).toBe(1);
    expect(output).toContain('{ rawBody: true }');
  });
});
