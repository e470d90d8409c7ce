import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { withClerkStub } from '../support/api-fixture.js';
import { ApiProcess, type Exit } from '../support/api-process.js';
import { expectUser } from '../support/expect-answer.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken } from '../support/session-token.js';

const fixture = withClerkStub();

const environment = (extra: Record<string, string> = {}): Record<string, string> =>
  fixture().environment(extra);

/** Starts an API that must fail to start; @returns its exit code and its stderr */
async function failedStart(env: Record<string, string>): Promise<Exit & { stderr: string }> {
  const api = ApiProcess.spawn(env);
  const exit = await api.ended();
  api.assertNoLeak();
  return { ...exit, stderr: api.stderr };
}

test('without any variables, the API names all required ones with their fixes and exits', async () => {
  const { code, stderr } = await failedStart({});
  expect(code).toBe(1);
  for (const variable of ['CLERK_SECRET_KEY', 'CLERK_PUBLISHABLE_KEY', 'DATABASE_URL']) {
    expect(stderr).toMatch(new RegExp(`${variable} is missing\\.\\n +\\S+`));
  }
  expect(stderr).not.toMatch(/\n\s+at /);
});

const wrong: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  [
    'many bad values',
    {
      CLERK_SECRET_KEY: 'pk_test_not-a-secret-key',
      CLERK_PUBLISHABLE_KEY: 'pk_test_!!!',
      CLERK_WEBHOOK_SIGNING_SECRET: 'no-secret-of-svix',
      CLERK_JWT_KEY: 'not-a-pem',
      CLERK_API_URL: 'http://api.clerk.example',
      CLERK_ISSUER: 'no-url',
      CLERK_AUTHORIZED_PARTIES: 'not-an-origin',
      DATABASE_URL: 'mysql://localhost/app',
      DATABASE_DIRECT_URL: 'localhost-without-scheme',
      DATABASE_POOL_SIZE: '0',
      DATABASE_MIGRATE: 'perhaps',
      PORT: '70000',
      WEB_URL: '*',
      LOG_LEVEL: 'loud-and-clear',
      METRICS_ENABLED: 'perhaps',
      DOCS_ENABLED: 'perhaps',
    },
  ],
  ['keys of two instances', { CLERK_SECRET_KEY: 'sk_live_of-another-instance' }],
  ['a host that does not resolve', { HOST: 'host.invalid' }],
  ['a host of another machine', { HOST: '203.0.113.1' }],
];

test.each(wrong)('the API exits and names the variable for %s', async (_name, values) => {
  const { code, stderr } = await failedStart(environment(values));
  expect(code).toBe(1);
  expect(stderr).not.toMatch(/\n\s+at /);
  for (const [variable, value] of Object.entries(values)) {
    expect(stderr).toContain(variable);
    // The value may be a secret in the wrong variable.
    if (value.length > 7) expect(stderr).not.toContain(value);
  }
});

test('an empty value counts as unset', async () => {
  const optional = ['CLERK_JWT_KEY', 'CLERK_ISSUER', 'CLERK_AUTHORIZED_PARTIES', 'WEB_URL'];
  const others = ['DATABASE_DIRECT_URL', 'DATABASE_POOL_SIZE', 'DATABASE_MIGRATE', 'LOG_LEVEL'];
  const flags = ['METRICS_ENABLED', 'DOCS_ENABLED'];
  const empty = [...optional, ...others, ...flags].map((name) => [name, ''] as const);
  const unset: Record<string, string> = Object.fromEntries(empty);
  const api = await ApiProcess.start(environment(unset));
  expectUser(await api.me(await aProfileToken(fixture().clerk.key, aClerkUser())));
  await api.stop();
});

test.each(['PORT', 'METRICS_PORT'])('the API exits and names %s if it is taken', async (name) => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const { code, stderr } = await failedStart(environment({ [name]: String(port) }));
  taken.close();
  expect(code).toBe(1);
  expect(stderr).toMatch(new RegExp(`port.*taken.* ${name} `));
  expect(stderr).toContain(String(port));
  expect(stderr).not.toMatch(/\n\s+at /);
});

test('a second start migrates nothing and finds the users of the first', async () => {
  const token = await aProfileToken(fixture().clerk.key, aClerkUser());
  const first = await ApiProcess.start(environment());
  const before = expectUser(await first.me(token));
  await first.stop();
  const second = await ApiProcess.start(environment());
  expect(expectUser(await second.me(token))).toEqual(before);
  await second.stop();
});
