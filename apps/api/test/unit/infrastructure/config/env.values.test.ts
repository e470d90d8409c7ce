import { expect, test } from 'vitest';
import { fixes } from '../../../../src/infrastructure/config/env.js';
import { variables } from '../../../../src/infrastructure/config/env.schema.js';
import { anEnvironment, publicKeyPem } from '../../../support/environment.builder.js';
import { refusal } from './refusal.js';

test('has a fix for every variable', () => {
  expect(Object.keys(fixes)).toEqual(expect.arrayContaining(Object.keys(variables.shape)));
});

const badUrls = [
  'api.example.com',
  'ftp://api.example.com',
  'http://api.example.com',
  'http://localhost.evil.example',
  'http://127.0.0.1.evil.example',
  'https://',
  'https://a.example.com,https://b.example.com',
  'https://*.example.com',
  'https://a.example.com?x',
];
const badFlags = ['maybe', '2', 'truefalse'];
const badOrigins = [
  'app.example.com',
  '*',
  'javascript:alert(1)',
  'https://*.vercel.app',
  'https://app.example.com, https://*.example.com',
  'https://app.example.com/dashboard',
  'https://app.example.com?x=1',
  'https://user@app.example.com',
  'https://a.example.com;https://b.example.com',
  'https://a.example.com https://b.example.com',
  'ftp://app.example.com',
  'wss://app.example.com',
  'https://a.example.com, b',
  ' , ',
];
const badDatabaseUrls = ['localhost:5432', 'mysql://localhost/x', 'https://localhost/x'];

test.each<[string, string[]]>([
  [
    'CLERK_SECRET_KEY',
    [
      'pk_test_2b6EX4MP1E',
      'sk_test_',
      'sk_other_2b6EX4MP1E',
      'sk_test_with space',
      'sk_test_copied…',
      'sk_test_2b6EX4MP1E,sk_test_2b6EX4MP1F',
      'x sk_test_2b6EX4MP1E',
    ],
  ],
  [
    'CLERK_PUBLISHABLE_KEY',
    [
      'sk_test_2b6EX4MP1E',
      'pk_test_',
      'pk_test_!!!',
      `pk_test_${btoa('no-dollar.example')}`,
      `pk_test_${btoa('evil.example/path$')}`,
      `pk_test_${btoa('user@evil.example$')}`,
    ],
  ],
  [
    'CLERK_WEBHOOK_SIGNING_SECRET',
    ['secret', 'whsec_', 'whsec_!!!', 'whsec_copied…', btoa('a signing secret of a test')],
  ],
  [
    'CLERK_JWT_KEY',
    ['secret', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', publicKeyPem(1024)],
  ],
  ['CLERK_API_URL', badUrls],
  ['CLERK_ISSUER', badUrls],
  ['CLERK_AUTHORIZED_PARTIES', badOrigins],
  ['WEB_URL', badOrigins],
  ['DATABASE_URL', badDatabaseUrls],
  ['DATABASE_DIRECT_URL', badDatabaseUrls],
  [
    'DATABASE_POOL_SIZE',
    ['0', '-1', '1.5', 'ten', '1001', 'Infinity', 'NaN', '0x10', '1e2', '1,000', '10;'],
  ],
  ['DATABASE_MIGRATE', badFlags],
  ['PORT', ['-1', '65536', '80.5', 'http', '3001x', '0xbb9', '3001,3002']],
  ['METRICS_PORT', ['-1', '65536', 'http', '0xbb9']],
  ['SHUTDOWN_DRAIN_MS', ['-1', '60001', '2s', '1e3', 'NaN']],
  ['HOST', ['http://0.0.0.0', '0.0.0.0:3001', 'a,b', '*', '[::]']],
  ['LOG_LEVEL', ['loud', 'warning']],
  ['CLERK_ACCEPT_TOKENS_WITHOUT_AZP', badFlags],
  ['METRICS_ENABLED', badFlags],
  ['DOCS_ENABLED', badFlags],
])('refuses a bad %s and names its fix but not its value', (name, values) => {
  for (const value of values) {
    const { problems, message } = refusal({ [name]: value });
    expect(new Set(problems.map(({ variable }) => variable))).toEqual(new Set([name]));
    expect(message).toContain(fixes[name]);
    if (value.length > 8) expect(message.replace(String(fixes[name]), '')).not.toContain(value);
  }
});

test.each(Object.keys(fixes).filter((name) => name !== 'CLERK_JWT_KEY'))(
  'refuses quotes around %s',
  (name) => {
    const value = anEnvironment()[name] ?? 'value';
    for (const quote of ['"', "'"]) {
      const { problems } = refusal({ [name]: `${quote}${value}${quote}` });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatchObject({
        variable: name,
        problem: 'has quotes around its value',
      });
    }
  },
);

test('refuses a CLERK_API_URL with the version of the API, which requests add', () => {
  for (const url of ['https://api.clerk.com/v1', 'https://proxy.example/clerk/v1/']) {
    expect(refusal({ CLERK_API_URL: url }).message).toContain(
      'CLERK_API_URL ends with the version',
    );
  }
});

test('does not reveal a password in an invalid URL', () => {
  const { message } = refusal({ CLERK_API_URL: '127.0.0.1:4010' });
  expect(message).toContain('CLERK_API_URL is neither an https URL nor a URL of this machine');
  expect(message).not.toContain('password');
});

test('does not quote secrets in errors', () => {
  const { message } = refusal({
    CLERK_SECRET_KEY: 'sk_test_a secret',
    DATABASE_URL: 'mysql://user:hunter22@localhost/x',
    CLERK_WEBHOOK_SIGNING_SECRET: 'whsec_top!secret',
  });
  expect(message).not.toMatch(/a secret\b(?! key)|hunter22|top!secret/);
});
