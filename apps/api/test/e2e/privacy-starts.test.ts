import { generateKeyPairSync } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { withClerkStub } from '../support/api-fixture.js';
import { ApiProcess } from '../support/api-process.js';
import { Canaries } from '../support/canaries.js';
import { expectProblem } from '../support/expect-answer.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken } from '../support/session-token.js';
import { createTestDatabase } from '../support/test-database.js';

const canaries = new Canaries();
const secret = (variable: string): string => canaries.plant(variable);

const fixture = withClerkStub();

/** A valid environment with marked secrets, plus the variables of one test. */
function environment(extra: Readonly<Record<string, string>>): Record<string, string> {
  const env = fixture().environment({
    CLERK_SECRET_KEY: `sk_test_${secret('CLERK_SECRET_KEY')}`,
    CLERK_WEBHOOK_SIGNING_SECRET: `whsec_${Buffer.from(secret('CLERK_WEBHOOK_SIGNING_SECRET')).toString('base64')}`,
    LOG_LEVEL: 'trace',
    // A variable of an unrelated program.
    AWS_SECRET_ACCESS_KEY: secret('another variable'),
    ...extra,
  });
  canaries.plantWhole('the password in DATABASE_URL', new URL(fixture().database.url).password);
  return env;
}

/** @returns the whole output of an API that fails to start */
async function failedStart(extra: Readonly<Record<string, string>>): Promise<string> {
  const api = ApiProcess.spawn(environment(extra));
  expect(await api.ended()).toEqual({ code: 1, signal: null });
  return api.written;
}

/** A private key that was pasted by mistake instead of the public one. */
function privateKey(): string {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  for (const line of pem.split('\n').slice(1, -2)) canaries.plantWhole('a private key', line);
  return pem;
}

const withPassword = (variable: string, rest: string): string =>
  rest.replace('PASSWORD', secret(`the password in ${variable}`));

const starts: readonly (readonly [string, RegExp, () => Record<string, string>])[] = [
  [
    'many malformed secrets',
    /CLERK_SECRET_KEY is not a secret key/,
    () => ({
      CLERK_SECRET_KEY: secret('a malformed CLERK_SECRET_KEY'),
      CLERK_PUBLISHABLE_KEY: `sk_test_${secret('a secret key in CLERK_PUBLISHABLE_KEY')}`,
      CLERK_WEBHOOK_SIGNING_SECRET: `whsec_!${secret('a malformed signing secret')}`,
      CLERK_JWT_KEY: secret('a malformed CLERK_JWT_KEY'),
      CLERK_API_URL: withPassword('CLERK_API_URL', 'https://user:PASSWORD@api.clerk.example'),
      CLERK_ISSUER: withPassword('CLERK_ISSUER', 'ftp://user:PASSWORD@clerk.example'),
      CLERK_AUTHORIZED_PARTIES: withPassword('an origin', 'https://user:PASSWORD@app.example'),
      WEB_URL: withPassword('WEB_URL', 'https://user:PASSWORD@app.example/path'),
      DATABASE_URL: withPassword('DATABASE_URL', 'postgres://user:PASSWORD@host:port/app'),
      DATABASE_DIRECT_URL: withPassword('DATABASE_DIRECT_URL', 'mysql://user:PASSWORD@host/app'),
      DATABASE_POOL_SIZE: secret('DATABASE_POOL_SIZE'),
      PORT: secret('PORT'),
      LOG_LEVEL: secret('LOG_LEVEL'),
      DOCS_ENABLED: secret('DOCS_ENABLED'),
    }),
  ],
  [
    'a private key in place of a public one',
    /CLERK_JWT_KEY is not an RSA public key/,
    () => ({ CLERK_JWT_KEY: privateKey() }),
  ],
  [
    'keys of two instances',
    /CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY belong to different instances/,
    () => ({ CLERK_SECRET_KEY: `sk_live_${secret('a secret key of another instance')}` }),
  ],
  ['a host that does not resolve', /HOST does not resolve/, () => ({ HOST: 'host.invalid' })],
];

test.each(starts)(
  'a failed start with %s names the variable and leaks no value',
  async (_what, says, extra) => {
    const written = await failedStart(extra());
    expect(written).toMatch(says);
    expect(canaries.foundIn(written)).toEqual([]);
  },
);

test('a failed start on a taken port names the port and leaks no value', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const written = await failedStart({ PORT: String(port) });
  taken.close();
  expect(written).toContain(`port ${port} is taken`);
  expect(canaries.foundIn(written)).toEqual([]);
});

test('a failed migration is reported without stored data', async () => {
  const own = await createTestDatabase();
  const word = secret('a stored name');
  await own.query(`insert into users (id, clerk_id, name, profile_version)
                   values (gen_random_uuid(), 'user_1', '${word}', 0)`);
  // Simulates a restore without the table of applied migrations.
  await own.query('drop schema drizzle cascade');
  const written = await failedStart({ DATABASE_URL: own.url });
  await own.drop();
  expect(written).toContain('a migration failed and was rolled back');
  expect(canaries.foundIn(written)).toEqual([]);
});

test('a wrong database password is reported without the password', async () => {
  const refused = new URL(fixture().database.url);
  refused.password = secret('a wrong password');
  const api = await ApiProcess.start(environment({ DATABASE_URL: refused.href }));
  const answer = await api.me(await aProfileToken(fixture().clerk.key, aClerkUser()));
  // The made-up secret key fails first, because Clerk's keys cannot be loaded with it.
  expectProblem(answer, 503, 'auth_unavailable');
  expect((await api.send('/health/ready')).status).toBe(503);
  await api.stop();
  expect(api.written).toContain('28P01');
  expect(canaries.foundIn(api.written)).toEqual([]);
});
