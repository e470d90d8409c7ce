import { expect, test } from 'vitest';
import { planStack } from '../../src/environment/plan.js';

const clerkKeys = {
  CLERK_SECRET_KEY: 'sk_test_1',
  CLERK_PUBLISHABLE_KEY: 'pk_test_1',
  CLERK_WEBHOOK_SIGNING_SECRET: 'whsec_1',
};

test('with nothing set, everything is embedded, on the documented ports', () => {
  expect(planStack({})).toEqual({
    environment: {
      NODE_ENV: 'development',
      HOST: '127.0.0.1',
      WEB_URL: 'http://localhost:3000',
    },
    host: '127.0.0.1',
    hostInUrl: 'localhost',
    apiPort: 3001,
    clerkLocalPort: 4010,
    postgresPort: 54320,
    webPort: 3000,
    webOrigin: 'http://localhost:3000',
  });
});

test.for([
  ['0.0.0.0', 'localhost'],
  ['::', 'localhost'],
  ['localhost', 'localhost'],
  ['::1', '[::1]'],
  ['192.168.1.10', '192.168.1.10'],
] as const)('with HOST=%s everything is reached at %s', ([host, hostInUrl]) => {
  expect(planStack({ HOST: host })).toMatchObject({
    host,
    hostInUrl,
    environment: { HOST: host, WEB_URL: `http://${hostInUrl}:3000` },
    webOrigin: `http://${hostInUrl}:3000`,
  });
});

test('a different web port changes the origin that the API accepts', () => {
  expect(planStack({ WEB_PORT: '3010' })).toMatchObject({
    webPort: 3010,
    webOrigin: 'http://localhost:3010',
    environment: { WEB_URL: 'http://localhost:3010' },
  });
});

test.for([
  ['http://localhost:3020', 3020],
  ['http://localhost:3020, https://app.example.com', 3020],
  ['https://app.example.com', 3000],
] as const)('with WEB_URL=%s the web app listens on %i', ([webUrl, port]) => {
  const plan = planStack({ WEB_URL: webUrl });
  expect(plan.webPort).toBe(port);
  expect(plan.environment['WEB_URL']).toBe(webUrl);
});

test('with DATABASE_URL set, no PostgreSQL is embedded', () => {
  const plan = planStack({ DATABASE_URL: 'postgres://elsewhere/db' });
  expect(plan.postgresPort).toBeUndefined();
  expect(plan.clerkLocalPort).toBe(4010);
});

test.for([[], ['CLERK_WEBHOOK_SIGNING_SECRET']])(
  'with both of Clerk’s keys set and %j left out, no local Clerk is started',
  (left) => {
    const given = Object.entries(clerkKeys).filter(([name]) => !left.includes(name));
    const plan = planStack(Object.fromEntries(given));
    expect(plan.clerkLocalPort).toBeUndefined();
    expect(plan.postgresPort).toBe(54320);
  },
);

test.for(['CLERK_SECRET_KEY', 'CLERK_PUBLISHABLE_KEY'])(
  'a missing %s among Clerk’s keys is named',
  (missing) => {
    const { [missing]: _left, ...rest } = clerkKeys as Record<string, string>;
    const [first, second] = Object.keys(rest);
    expect(() => planStack(rest)).toThrow(
      `${first ?? ''} and ${second ?? ''} set, but not ${missing}.`,
    );
  },
);

test('a webhook secret without Clerk’s keys is refused', () => {
  expect(() => planStack({ CLERK_WEBHOOK_SIGNING_SECRET: 'whsec_1' })).toThrow(
    'CLERK_WEBHOOK_SIGNING_SECRET set, but not CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY.',
  );
});

test.for(['CLERK_PUBLISHABLE_KEY', 'NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY'])(
  'the publishable key set as %s is given under both names',
  (name) => {
    const { CLERK_PUBLISHABLE_KEY: _left, ...rest } = clerkKeys;
    const plan = planStack({ ...rest, [name]: 'pk_test_2' });
    expect(plan.environment).toMatchObject({
      CLERK_PUBLISHABLE_KEY: 'pk_test_2',
      NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: 'pk_test_2',
    });
  },
);

test.for(['0', '65536', '3.5', 'web', '', '0x10', '3e3', ' 80'])(
  'a port of %s is refused by the name of its variable',
  (port) => {
    expect(() => planStack({ LOCAL_POSTGRES_PORT: port })).toThrow(
      'LOCAL_POSTGRES_PORT is not a port. Set it to a whole number from 1 to 65535, or unset it for 54320.',
    );
  },
);

test.for([
  [{ WEB_URL: 'https://a.example/, https://b.example' }, 'https://a.example'],
  [
    { WEB_URL: 'https://a.example', CLERK_AUTHORIZED_PARTIES: 'https://c.example' },
    'https://c.example',
  ],
] as const)(
  'tokens are created for the first origin that the API accepts: %j',
  ([given, origin]) => {
    expect(planStack(given).webOrigin).toBe(origin);
  },
);

test('NODE_ENV keeps its value', () => {
  expect(planStack({ NODE_ENV: 'test' }).environment['NODE_ENV']).toBe('test');
});
