import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  EnvironmentError,
  fixes,
  readEnvironment,
} from '../../../../src/infrastructure/config/env.js';
import { variables } from '../../../../src/infrastructure/config/env.schema.js';
import {
  anEnvironment,
  frontendApi,
  publicKeyPem,
  publishableKey,
  type Variables,
} from '../../../support/environment.builder.js';

const live = {
  CLERK_SECRET_KEY: 'sk_live_2b6EX4MP1E',
  CLERK_PUBLISHABLE_KEY: publishableKey('live', 'clerk.example.com'),
  WEB_URL: 'https://app.example.com',
};

/** @returns the error with which the environment is refused */
function refusal(given: Variables): EnvironmentError {
  try {
    readEnvironment(anEnvironment(given));
  } catch (error) {
    if (error instanceof EnvironmentError) return error;
    throw error;
  }
  throw new Error('The environment was accepted.');
}

describe('readEnvironment', () => {
  test('has defaults for all optional variables', () => {
    const env = anEnvironment();
    expect(readEnvironment(env)).toEqual({
      clerk: {
        secretKey: env['CLERK_SECRET_KEY'],
        publishableKey: env['CLERK_PUBLISHABLE_KEY'],
        webhookSigningSecrets: [env['CLERK_WEBHOOK_SIGNING_SECRET']],
        apiUrl: 'https://api.clerk.com',
        jwtKey: undefined,
        issuer: `https://${frontendApi}`,
        authorizedParties: ['http://localhost:3000'],
        acceptTokensWithoutAzp: false,
      },
      database: {
        url: env['DATABASE_URL'],
        directUrl: env['DATABASE_URL'],
        poolSize: 10,
        migrate: true,
      },
      cache: { tokens: true, users: true, userMaxAgeMs: 1_000 },
      journal: { retentionDays: 90 },
      tracing: null,
      http: {
        host: '0.0.0.0',
        port: 3001,
        webOrigins: ['http://localhost:3000'],
        docsEnabled: true,
        shutdownDrainMs: 2_000,
      },
      metrics: { enabled: true, port: undefined },
      warnings: [],
      logLevel: 'info',
    });
  });

  test('reads every variable that is set', () => {
    const jwtKey = publicKeyPem();
    const env = readEnvironment(
      anEnvironment({
        CLERK_SECRET_KEY: 'sk_live_2b6EX4MP1E',
        CLERK_PUBLISHABLE_KEY: publishableKey('live', 'clerk.example.com'),
        CLERK_JWT_KEY: jwtKey,
        CLERK_API_URL: 'https://clerk-api.example.com/',
        CLERK_AUTHORIZED_PARTIES: 'https://a.example.com, https://b.example.com',
        DATABASE_DIRECT_URL: 'postgresql://direct.example.com/populatte',
        DATABASE_POOL_SIZE: '25',
        DATABASE_MIGRATE: 'false',
        TOKEN_CACHE_ENABLED: 'false',
        USER_CACHE_ENABLED: 'false',
        USER_CACHE_MAX_AGE_MS: '0',
        USER_EVENTS_RETENTION_DAYS: '30',
        PORT: '0',
        HOST: '127.0.0.1',
        WEB_URL: 'https://app.example.com',
        LOG_LEVEL: 'debug',
        DOCS_ENABLED: 'false',
      }),
    );
    expect(env).toMatchObject({
      clerk: {
        secretKey: 'sk_live_2b6EX4MP1E',
        jwtKey,
        apiUrl: 'https://clerk-api.example.com',
        issuer: 'https://clerk.example.com',
        authorizedParties: ['https://a.example.com', 'https://b.example.com'],
      },
      database: {
        directUrl: 'postgresql://direct.example.com/populatte',
        poolSize: 25,
        migrate: false,
      },
      cache: { tokens: false, users: false, userMaxAgeMs: 0 },
      journal: { retentionDays: 30 },
      http: {
        host: '127.0.0.1',
        port: 0,
        webOrigins: ['https://app.example.com'],
        docsEnabled: false,
      },
      logLevel: 'debug',
    });
  });

  test('uses WEB_URL as the authorised parties by default', () => {
    const env = readEnvironment(anEnvironment({ WEB_URL: 'https://app.example.com' }));
    expect(env.clerk.authorizedParties).toEqual(['https://app.example.com']);
  });

  test('prefers CLERK_ISSUER to the publishable key', () => {
    const env = readEnvironment(
      anEnvironment({ CLERK_ISSUER: 'https://proxy.example.com/__clerk' }),
    );
    expect(env.clerk.issuer).toBe('https://proxy.example.com/__clerk');
  });

  test.each([
    ['production', 'test', undefined, false],
    ['production', 'test', 'true', true],
    ['development', 'test', undefined, true],
    ['test', 'test', undefined, true],
    [undefined, 'test', undefined, true],
    [undefined, 'test', 'false', false],
    [undefined, 'live', undefined, false],
    ['development', 'live', undefined, false],
    ['production', 'live', undefined, false],
    ['Production', 'test', undefined, false],
    ['production', 'live', 'true', true],
  ] as const)(
    'with NODE_ENV %s, %s keys and the flag %j, serves docs and metrics: %j',
    (mode, keys, flag, expected) => {
      const env = readEnvironment(
        anEnvironment({
          ...(keys === 'live' ? live : {}),
          NODE_ENV: mode,
          DOCS_ENABLED: flag,
          METRICS_ENABLED: flag,
        }),
      );
      expect(env.http.docsEnabled).toBe(expected);
      expect(env.metrics.enabled).toBe(expected);
    },
  );

  test('serves metrics on METRICS_PORT by default, even in production', () => {
    const production = { ...live, NODE_ENV: 'production', METRICS_PORT: '9464' };
    expect(readEnvironment(anEnvironment(production)).metrics).toEqual({
      enabled: true,
      port: 9464,
    });
    const off = { ...production, METRICS_ENABLED: 'false' };
    expect(readEnvironment(anEnvironment(off)).metrics.enabled).toBe(false);
    expect(refusal({ PORT: '9464', METRICS_PORT: '9464' }).message).toMatch(/METRICS_PORT is the/);
  });

  const unusable = [
    undefined,
    'http://localhost:3000',
    'https://localhost:3000',
    'http://app.example.com',
    'http://127.0.0.1:3000, http://app.example.com, https://app.localhost',
    'https://LOCALHOST., https://127.1, https://0x7f.0.0.1',
    'https://0.0.0.0:8443, https://[::], https://[::1]:3000, https://[::ffff:127.0.0.1]',
  ];
  test.each(unusable)('refuses live keys with WEB_URL %s alone', (WEB_URL) => {
    const { problems } = refusal({ ...live, WEB_URL });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ variable: 'WEB_URL', fix: fixes['WEB_URL'] });
    expect(problems[0]?.problem).toContain('live keys');
  });

  test.each([
    'https://localhost.example.com',
    'https://notlocalhost',
    'https://10.0.0.5',
    'https://[::ffff:10.0.0.5]',
    'https://[fd00::1]',
  ])('accepts live keys with WEB_URL %s', (WEB_URL) => {
    expect(readEnvironment(anEnvironment({ ...live, WEB_URL })).warnings).toEqual([]);
  });

  test('warns about each localhost or plain http origin with live keys and about none with test keys', () => {
    const mixed = { WEB_URL: 'https://app.example.com, http://localhost:3000, http://b.example' };
    const { warnings } = readEnvironment(anEnvironment({ ...live, ...mixed }));
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('WEB_URL lists http://localhost:3000');
    expect(readEnvironment(anEnvironment(mixed)).warnings).toEqual([]);
    const parties = { CLERK_AUTHORIZED_PARTIES: 'https://app.example.com' };
    expect(
      readEnvironment(anEnvironment({ ...live, ...parties, WEB_URL: undefined })).warnings,
    ).toEqual([expect.stringContaining('WEB_URL lists http://localhost:3000')]);
  });

  test('has a fix for every variable', () => {
    expect(Object.keys(fixes)).toEqual(expect.arrayContaining(Object.keys(variables.shape)));
  });

  test.each(['CLERK_API_URL', 'CLERK_ISSUER'])(
    'normalises %s, which is compared or extended as text',
    (name) => {
      const read = (url: string): unknown => {
        const { apiUrl, issuer } = readEnvironment(anEnvironment({ [name]: url })).clerk;
        return name === 'CLERK_ISSUER' ? issuer : apiUrl;
      };
      expect(read('https://Clerk.Example.COM:443/Path//')).toBe('https://clerk.example.com/Path');
      expect(read('HTTPS://clerk.example.com')).toBe('https://clerk.example.com');
    },
  );

  test('does not reveal a password in an invalid URL', () => {
    const { message } = refusal({ CLERK_API_URL: '127.0.0.1:4010' });
    expect(message).toContain('CLERK_API_URL is neither an https URL nor a URL of this machine');
    expect(message).not.toContain('password');
  });

  test('refuses a CLERK_API_URL with the version of the API, which requests add', () => {
    for (const url of ['https://api.clerk.com/v1', 'https://proxy.example/clerk/v1/']) {
      expect(refusal({ CLERK_API_URL: url }).message).toContain(
        'CLERK_API_URL ends with the version',
      );
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

  test('ignores space around a value, such as the line break of a secret file', () => {
    const env = anEnvironment({ PORT: ' 3002 ', WEB_URL: 'https://a.example/\n' });
    const spaced = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, `${value ?? ''}\n`]),
    );
    expect(readEnvironment(spaced)).toEqual(readEnvironment(env));
    expect(readEnvironment(spaced).http.webOrigins).toEqual(['https://a.example']);
  });

  test('treats an empty value as unset', () => {
    const names = Object.keys(fixes).filter((name) => !(name in anEnvironment()));
    const empty = Object.fromEntries(names.map((name, index) => [name, index % 2 ? '' : '  ']));
    expect(readEnvironment(anEnvironment(empty))).toEqual(readEnvironment(anEnvironment()));
  });

  const required = Object.keys(anEnvironment()).filter((n) => n !== 'CLERK_WEBHOOK_SIGNING_SECRET');
  test.each(required)('reports %s as missing if it is unset or empty', (name) => {
    for (const value of [undefined, '', ' ']) {
      const { problems } = refusal({ [name]: value });
      expect(problems).toEqual([{ variable: name, problem: 'is missing', fix: fixes[name] }]);
    }
  });

  test('reports all problems at once', () => {
    const error = refusal({ CLERK_SECRET_KEY: undefined, PORT: 'x', WEB_URL: 'x', LOG_LEVEL: 'x' });
    expect(error.problems.map(({ variable }) => variable).sort()).toEqual([
      'CLERK_SECRET_KEY',
      'LOG_LEVEL',
      'PORT',
      'WEB_URL',
    ]);
    for (const { variable, problem, fix } of error.problems) {
      expect(error.message).toContain(`${variable} ${problem}`);
      expect(error.message).toContain(fix);
    }
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
    ['LOG_LEVEL', ['loud', 'INFO']],
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

  test('does not quote secrets in errors', () => {
    const { message } = refusal({
      CLERK_SECRET_KEY: 'sk_test_a secret',
      DATABASE_URL: 'mysql://user:hunter22@localhost/x',
      CLERK_WEBHOOK_SIGNING_SECRET: 'whsec_top!secret',
    });
    expect(message).not.toMatch(/a secret\b(?! key)|hunter22|top!secret/);
  });

  test('accepts two comma-separated signing secrets for a rotation', () => {
    const [one, other] = ['one secret', 'other secret'].map((text) => `whsec_${btoa(text)}`);
    for (const value of [`${one},${other}`, ` ${one} , ${other} ,`]) {
      const env = readEnvironment(anEnvironment({ CLERK_WEBHOOK_SIGNING_SECRET: value }));
      expect(env.clerk.webhookSigningSecrets).toEqual([one, other]);
    }
    for (const value of [`${one},secret`, `${one},${other},${one}`, ',']) {
      const { problems } = refusal({ CLERK_WEBHOOK_SIGNING_SECRET: value });
      expect(problems.map(({ variable }) => variable)).toContain('CLERK_WEBHOOK_SIGNING_SECRET');
    }
  });

  test('requires a signing secret with live keys only', () => {
    const unset = { CLERK_WEBHOOK_SIGNING_SECRET: undefined };
    expect(readEnvironment(anEnvironment(unset)).clerk.webhookSigningSecrets).toEqual([]);
    const { message } = refusal({
      ...unset,
      CLERK_SECRET_KEY: 'sk_live_2b6EX4MP1E',
      CLERK_PUBLISHABLE_KEY: publishableKey('live'),
      WEB_URL: 'https://app.example.com',
    });
    expect(message).toContain('CLERK_WEBHOOK_SIGNING_SECRET is missing');
  });

  test.each([
    ['sk_live_2b6EX4MP1E', publishableKey('test')],
    ['sk_test_2b6EX4MP1E', publishableKey('live')],
  ])('refuses keys of two instances', (CLERK_SECRET_KEY, CLERK_PUBLISHABLE_KEY) => {
    const { problems, message } = refusal({ CLERK_SECRET_KEY, CLERK_PUBLISHABLE_KEY });
    expect(problems).toHaveLength(1);
    expect(message).toMatch(/CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY/);
  });
});

describe('CLERK_JWT_KEY', () => {
  const pem = publicKeyPem();
  test.each<[string, (text: string) => string]>([
    ['unchanged', (text) => text],
    ['with escaped line breaks', (text) => text.replaceAll('\n', '\\n')],
    ['with spaces in place of line breaks', (text) => text.replaceAll('\n', ' ')],
    ['without line breaks', (text) => text.replaceAll('\n', '')],
    ['with Windows line breaks', (text) => text.replaceAll('\n', '\r\n')],
    ['in quotes', (text) => `"${text.replaceAll('\n', '\\n')}"`],
    ['indented', (text) => text.replaceAll('\n', '\n    ')],
  ])('is accepted %s', (_how, flatten) => {
    expect(readEnvironment(anEnvironment({ CLERK_JWT_KEY: flatten(pem) })).clerk.jwtKey).toBe(pem);
  });

  test('must be an RSA key', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const elliptic = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(refusal({ CLERK_JWT_KEY: elliptic }).problems).toHaveLength(1);
  });

  test('must not be a private key', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(refusal({ CLERK_JWT_KEY: secret }).message).not.toContain(secret.slice(40, 80));
  });
});

describe('WEB_URL', () => {
  test.each([
    ['https://app.example.com/', ['https://app.example.com']],
    ['https://APP.example.com:443', ['https://app.example.com']],
    [
      'http://localhost:3000 ,, https://app.example.com,',
      ['http://localhost:3000', 'https://app.example.com'],
    ],
    ['chrome-extension://abcdefgh', ['chrome-extension://abcdefgh']],
  ])('of %j has the origins %j', (WEB_URL, expected) => {
    expect(readEnvironment(anEnvironment({ WEB_URL })).http.webOrigins).toEqual(expected);
  });
});

describe('plain http', () => {
  test.each([
    'http://localhost:4000',
    'http://127.0.0.1:4000',
    'http://127.8.9.1',
    'http://[::1]:4000',
  ])('is accepted for loopback addresses: %s', (url) => {
    expect(readEnvironment(anEnvironment({ CLERK_API_URL: url })).clerk.apiUrl).toBe(url);
  });
});

describe('the variables of OpenTelemetry', () => {
  const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://key@collector.example.com:4318/otlp' };

  test('turn traces on with a collector, of which only the origin is kept', () => {
    expect(readEnvironment(anEnvironment(collector)).tracing).toEqual({
      protocol: 'http/protobuf',
      collector: 'https://collector.example.com:4318',
    });
    const traces = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost:4318/v1/traces' };
    const json = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
    expect(readEnvironment(anEnvironment({ ...traces, ...json })).tracing).toEqual({
      protocol: 'http/json',
      collector: 'http://localhost:4318',
    });
  });

  test.each(['true', 'TRUE'])('turn traces off with OTEL_SDK_DISABLED=%s', (value) => {
    const env = anEnvironment({ ...collector, OTEL_SDK_DISABLED: value });
    expect(readEnvironment(env).tracing).toBeNull();
  });

  test.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://*:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://a,http://b'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://a/v1, http://b/v1'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'collector'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'staging'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_TRACES_SAMPLER_ARG', '10'],
  ])('are refused with a fix if they cannot work: %s=%s', (name, value) => {
    const { problems } = refusal({ ...collector, [name]: value });
    expect(problems.map(({ variable }) => variable)).toEqual([name]);
    expect(problems[0]?.fix).not.toBe('See .env.example.');
  });

  test('are not checked without a collector', () => {
    const env = anEnvironment({
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_TRACES_SAMPLER: 'xray',
    });
    expect(readEnvironment(env).tracing).toBeNull();
  });

  test('accept the examples in OpenTelemetry’s specification', () => {
    const env = anEnvironment({
      ...collector,
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=abc%3D, other=value',
      OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=shop,deployment.environment.name=staging',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    });
    expect(readEnvironment(env).tracing).not.toBeNull();
  });
});
