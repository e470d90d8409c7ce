import 'reflect-metadata';
import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { LazyModuleLoader, NestFactory } from '@nestjs/core';
import { publishableKey } from '@populatte/clerk-stub';
import { openPool } from '@populatte/embedded-postgres';
import { pgTable } from 'drizzle-orm/pg-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ClerkSync } from '../src/clerk-sync.js';
import { ClerkSyncModule } from '../src/clerk-sync.module.js';
import { clerkUserColumns } from '../src/infrastructure/postgres/clerk-columns.js';
import type { ClerkSyncExtras } from '../src/providers/tokens.js';

function anImport(extras: ClerkSyncExtras = {}): DynamicModule {
  return ClerkSyncModule.forRoot({
    secretKey: 'sk_test_2b6EX4MP1E',
    publishableKey,
    authorizedParties: ['https://app.example.com'],
    // It would connect at the first query, but there is none.
    database: {
      pool: openPool('postgresql://localhost/app'),
      users: pgTable('users', clerkUserColumns()),
    },
    cache: { users: false },
    ...extras,
  });
}

/** Starts an application with a feature module for each of these. */
async function start(...imports: readonly DynamicModule[]): Promise<INestApplicationContext> {
  const features = imports.map((imported) => {
    @Module({ imports: [imported] })
    class Feature {}
    return Feature;
  });
  @Module({ imports: features })
  class App {}
  const app = await NestFactory.createApplicationContext(App, {
    logger: false,
    abortOnError: false,
  });
  onTestFinished(() => app.close());
  return app;
}

describe('a module that is loaded lazily', () => {
  test('is refused, because Nest would register neither its guard nor its routes', async () => {
    const app = await start();
    const loading = app.get(LazyModuleLoader).load(() => anImport());
    await expect(loading).rejects.toThrow('loaded with LazyModuleLoader');
  });

  test('is refused within a feature module too, and if it is not global', async () => {
    @Module({ imports: [anImport({ isGlobal: false })] })
    class Feature {}
    const app = await start();
    const loading = app.get(LazyModuleLoader).load(() => Feature);
    await expect(loading).rejects.toThrow('loaded with LazyModuleLoader');
  });

  test('may import the module that the application has imported', async () => {
    const imported = anImport();
    @Module({ imports: [imported] })
    class Feature {}
    const app = await start(imported);
    await expect(app.get(LazyModuleLoader).load(() => Feature)).resolves.toBeDefined();
  });
});

describe('several imports', () => {
  test('of the same dynamic module are one', async () => {
    const imported = anImport();
    const app = await start(imported, imported);
    expect(app.get(ClerkSync, { strict: false })).toBeInstanceOf(ClerkSync);
  });

  test.each<[string, ClerkSyncExtras]>([
    ['two global guards', { webhookPath: 'webhooks/other' }],
    ['the same webhook path', { globalGuard: false, webhookPath: '/webhooks/clerk/' }],
  ])('are refused with %s', async (_what, second) => {
    await expect(start(anImport(), anImport(second))).rejects.toThrow('imported several times');
  });

  test.each<ClerkSyncExtras>([
    { globalGuard: false, webhookPath: 'webhooks/other' },
    { globalGuard: false, webhookPath: false },
  ])('are accepted with one guard and different webhook paths: %j', async (second) => {
    await expect(start(anImport(), anImport(second))).resolves.toBeDefined();
  });
});
