import { describe, expect, test } from 'vitest';
import { fixes, readEnvironment } from '../../../../src/infrastructure/config/env.js';
import {
  anEnvironment,
  frontendApi,
  liveKeys,
  publicKeyPem,
  publishableKey,
} from '../../../support/environment.builder.js';
import { refusal } from './refusal.js';

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
          ...(keys === 'live' ? liveKeys : {}),
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
    const production = { ...liveKeys, NODE_ENV: 'production', METRICS_PORT: '9464' };
    expect(readEnvironment(anEnvironment(production)).metrics).toEqual({
      enabled: true,
      port: 9464,
    });
    const off = { ...production, METRICS_ENABLED: 'false' };
    expect(readEnvironment(anEnvironment(off)).metrics.enabled).toBe(false);
    expect(refusal({ PORT: '9464', METRICS_PORT: '9464' }).message).toMatch(/METRICS_PORT is the/);
  });

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
});
