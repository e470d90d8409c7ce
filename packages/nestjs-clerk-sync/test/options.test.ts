import { type DynamicModule, Injectable, Module, Scope, SetMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import {
  bigint,
  char,
  customType,
  integer,
  pgSchema,
  pgTable,
  text,
  timestamp,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { publishableKey } from '@populatte/clerk-stub';
import { openPool } from '@populatte/embedded-postgres';
import { describe, expect, test } from 'vitest';
import { clerkUserColumns } from '../src/infrastructure/postgres/clerk-columns.js';
import { ClerkSyncModule, type ClerkSyncOptionsFactory } from '../src/clerk-sync.module.js';
import { NestLog } from '../src/nest-log.js';
import {
  checkedOptions,
  clerkSettings,
  ClerkSyncOptionsError,
  type ClerkSyncOptions,
} from '../src/options.js';

const users = pgTable('users', clerkUserColumns());
// It would connect at the first query, but there is none.
const pool = openPool('postgresql://localhost/app');
// The driver's types lack `binary`.
const binaryResults = { max: 1, binary: true };
const binaryPool = openPool('postgresql://localhost/app', 1, binaryResults);

const options = {
  secretKey: 'sk_test_2b6EX4MP1E',
  publishableKey,
  authorizedParties: ['https://app.example.com'],
  database: { pool, users },
} satisfies ClerkSyncOptions<typeof users>;

/** Starts an application that consists of the module. */
function start(module: DynamicModule): Promise<unknown> {
  return NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
}

describe('clerkSettings', () => {
  test('writes authorized parties as browsers send origins', () => {
    const { authorizedParties } = clerkSettings({
      ...options,
      authorizedParties: [
        'https://App.Example.com:443',
        'capacitor://localhost',
        'http://a.b:3000',
      ],
    });
    expect(authorizedParties).toEqual([
      'https://app.example.com',
      'capacitor://localhost',
      'http://a.b:3000',
    ]);
  });

  test('writes addresses as in the `iss` of tokens, without slashes at the end', () => {
    const addresses = {
      issuer: 'https://Clerk.Example.com:443/',
      apiUrl: 'https://proxy.example/Clerk//',
    };
    expect(clerkSettings({ ...options, ...addresses })).toMatchObject({
      issuer: 'https://clerk.example.com',
      apiUrl: 'https://proxy.example/Clerk',
    });
  });
});

describe('checkedOptions', () => {
  test('accepts a secret key with a line break at the end, as from a file', () => {
    const { secretKey } = options;
    expect(() => checkedOptions({ ...options, secretKey: `${secretKey}\n` })).not.toThrow();
    expect(clerkSettings({ ...options, secretKey: `${secretKey}\n` })).toMatchObject({ secretKey });
  });

  test.each<[string, object]>([
    ['secretKey', { secretKey: undefined }],
    ['secretKey', { secretKey: 5 }],
    ['secretKey', { secretKey: 'sk_test_' }],
    ['secretKey', { secretKey: 'sk_test_two words' }],
    ['secretKey', { secretKey: 'sk_test_caf\u00e9' }],
    ['secretKey', { secretKey: 'sk_live_2b6EX4MP1E' }],
    ['publishableKey', { publishableKey: undefined }],
    ['publishableKey', { publishableKey: 5 }],
    ['webhookSigningSecret', { webhookSigningSecret: [undefined] }],
    ['webhookSigningSecret', { webhookSigningSecret: 5 }],
    ['jwtKey', { jwtKey: null }],
    ['jwtKey', { jwtKey: '' }],
    ['authorizedParties', { authorizedParties: undefined }],
    ['authorizedParties', { authorizedParties: [] }],
    ['authorizedParties', { authorizedParties: 'https://app.example.com' }],
    ['authorizedParties', { authorizedParties: [undefined] }],
    ['authorizedParties', { authorizedParties: ['https://*.example.com'] }],
    ['acceptTokensWithoutAzp', { acceptTokensWithoutAzp: 'false' }],
    ['apiUrl', { apiUrl: 'api.clerk.com' }],
    ['apiUrl', { apiUrl: '' }],
    ['apiUrl', { apiUrl: 'https://api.clerk.com/v1' }],
    ['apiUrl', { apiUrl: 'https://api.clerk.com/v1/' }],
    ['apiUrl', { apiUrl: 'https://api.clerk.com?version=1' }],
    ['apiUrl', { apiUrl: 'https://user:password@api.clerk.com' }],
    ['issuer', { issuer: 5 }],
    ['issuer', { issuer: 'https://clerk.example.com,https://clerk.example.org' }],
    ['issuer', { issuer: 'https://*.example.com' }],
    ['issuer', { issuer: 'https://clerk.example.com#' }],
    ['database.pool', { database: { users } }],
    ['database.pool', { database: { users, pool: 'postgresql://localhost/app' } }],
    ['database.pool', { database: { users, pool: Promise.resolve(pool) } }],
    ['database.pool', { database: { users, pool: new pg.Client() } }],
    [
      'database.pool',
      { database: { users, pool: openPool('postgresql://u:p@a:5432,b:5433/app') } },
    ],
    ['database.pool', { database: { users, pool: openPool('postgresql://u:p@/app?host=a,b') } }],
    ['database.pool', { database: { users, pool: binaryPool } }],
    ['database.pool', { database: { users, pool: openPool('postgresql://u:p#p@a/app') } }],
    ['database.users', { database: { pool } }],
    ['database.users', { database: { pool, users: {} } }],
    ['database.users', { database: { pool, users: pgTable('other', { id: uuid() }) } }],
    ['database.users', { database: { pool, users: pgTable('u'.repeat(55), clerkUserColumns()) } }],
    ['database.directUrl', { database: { pool, users, directUrl: 'localhost' } }],
    ['database.directUrl', { database: { pool, users, directUrl: 'postgresql://u:p@a,b/app' } }],
    ['database.ready', { database: { pool, users, ready: true } }],
    ['cache', { cache: false }],
    ['cache.users', { cache: { users: 'no' } }],
    ['cache.maxAgeMs', { cache: { maxAgeMs: Number.NaN } }],
    ['toUser', { toUser: 'row' }],
    ['log', { log: {} }],
    ['metrics', { metrics: {} }],
    ['clock', { clock: {} }],
    ['tracer', { tracer: {} }],
  ])(
    'names the option %s if a JavaScript application passes an invalid value: %o',
    (option, wrong) => {
      const check = (): unknown => checkedOptions({ ...options, ...wrong });
      expect(check).toThrow(ClerkSyncOptionsError);
      expect(check).toThrow(
        new RegExp(`^Cannot start ClerkSyncModule:\\n- ${option}: [^\\n]+\\.$`),
      );
    },
  );

  test.each<[string, object]>([
    ['id (id uuid)', { id: bigint('id', { mode: 'number' }).primaryKey() }],
    ['id (id uuid)', { id: text('id').primaryKey() }],
    ['clerkId (clerk_id text)', { clerkId: text('external_id').notNull() }],
    ['email (email text)', { email: integer('email') }],
    ['deletedAt (deleted_at timestamp (3) with time zone)', { deletedAt: timestamp('deleted_at') }],
    [
      'deletedAt (deleted_at timestamp (3) with time zone)',
      { deletedAt: timestamp('deleted_at', { withTimezone: true, mode: 'string' }) },
    ],
    ['profileVersion (profile_version bigint)', { profileVersion: integer('profile_version') }],
  ])('names the column that a table has replaced: %s', (column, replaced) => {
    const table = pgTable('users', { ...clerkUserColumns(), ...replaced });
    expect(() => checkedOptions({ ...options, database: { pool, users: table } })).toThrow(
      `database.users: keep the names and types of clerkUserColumns(), and put your own columns under other keys. Replaced: ${column}.`,
    );
  });

  test('names the columns that a table requires, although a user may lack them', () => {
    const table = pgTable('users', {
      ...clerkUserColumns(),
      email: text('email').notNull(),
      imageUrl: text('image_url').notNull(),
    });
    expect(() => checkedOptions({ ...options, database: { pool, users: table } })).toThrow(
      /^Cannot start ClerkSyncModule:\n- database\.users: let these columns be null, .*: email, imageUrl\.$/,
    );
  });

  test('names the columns that pad values with spaces', () => {
    const table = pgTable('users', {
      ...clerkUserColumns(),
      clerkId: char('clerk_id', { length: 255 }).notNull().unique(),
      email: char('email', { length: 320 }),
    });
    expect(() => checkedOptions({ ...options, database: { pool, users: table } })).toThrow(
      /^Cannot start ClerkSyncModule:\n- database\.users: make these columns text: .* clerkId \(char\(255\)\), email \(char\(320\)\)\.$/,
    );
  });

  test('accepts other types of text, other precisions, and another schema', () => {
    const citext = customType<{ data: string }>({ dataType: () => 'citext' });
    const table = pgSchema('auth').table('users', {
      ...clerkUserColumns(),
      email: citext('email'),
      name: varchar('name', { length: 512 }),
      imageUrl: varchar('image_url', { length: 255 }),
      createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
      legacyId: bigint('legacy_id', { mode: 'number' }),
    });
    const database = { pool, users: table };
    expect(checkedOptions({ ...options, database })).toMatchObject({ database });
  });

  test('names every invalid option', () => {
    const wrong = { secretKey: undefined, publishableKey: undefined, database: undefined };
    expect(() => checkedOptions({ ...options, ...wrong })).toThrow(
      /secretKey: copy[^]*publishableKey: copy[^]*database\.pool: pass[^]*database\.users: pass/,
    );
  });

  test('accepts valid options', () => {
    const native = { ...options, authorizedParties: [], acceptTokensWithoutAzp: true };
    for (const right of [options, native, { ...options, log: new NestLog(), cache: {} }]) {
      expect(checkedOptions(right)).toBe(right);
    }
  });
});

describe('ClerkSyncModule', () => {
  const named = {
    createClerkSyncOptions: (): ClerkSyncOptions<typeof users> => ({ ...options, jwtKey: 'none' }),
  };
  class OptionsService implements ClerkSyncOptionsFactory<typeof users, unknown> {
    createClerkSyncOptions(): ClerkSyncOptions<typeof users> {
      return { ...options, jwtKey: 'none' };
    }
  }
  @Module({ providers: [OptionsService], exports: [OptionsService] })
  class OptionsModule {}

  test.each<[string, () => DynamicModule]>([
    ['forRoot', () => ClerkSyncModule.forRoot(named.createClerkSyncOptions())],
    [
      'useFactory',
      () => ClerkSyncModule.forRootAsync({ useFactory: named.createClerkSyncOptions }),
    ],
    ['useClass', () => ClerkSyncModule.forRootAsync({ useClass: OptionsService })],
    [
      'useExisting',
      () => ClerkSyncModule.forRootAsync({ imports: [OptionsModule], useExisting: OptionsService }),
    ],
  ])('checks the options of %s', async (_name, module) => {
    const compiled = start(module());
    await expect(compiled).rejects.toThrow(/^Cannot start ClerkSyncModule:\n- jwtKey: copy[^\n]+$/);
  });

  test('refuses options that depend on a request, for which Nest would skip the guard', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Tenant {}
    @Module({ providers: [Tenant], exports: [Tenant] })
    class TenantModule {}
    const configured = ClerkSyncModule.forRootAsync({
      imports: [TenantModule],
      inject: [Tenant],
      useFactory: () => options,
      // Newer releases of Nest refuse the global guard themselves.
      globalGuard: false,
      webhookPath: false,
    });
    await expect(start(configured)).rejects.toThrow(
      /options depend on a request-scoped provider.*default scope/,
    );
  });

  test('refuses a gateway that the global guard does not cover, unless there is no global guard', async () => {
    @Injectable()
    class Gateway {
      @SetMetadata('websockets:message_mapping', true)
      chat(): void {
        return undefined;
      }
    }
    const startWith = (globalGuard?: boolean): Promise<unknown> => {
      const sync = ClerkSyncModule.forRoot({ ...options, globalGuard, webhookPath: false });
      @Module({ imports: [sync], providers: [Gateway] })
      class App {}
      return start({ module: App });
    };
    await expect(startWith()).rejects.toThrow('anyone may call Gateway.chat.');
    await expect(startWith(false)).resolves.toBeDefined();
  });

  test.each<[RegExp, () => DynamicModule | Promise<unknown>]>([
    [/the options are missing/, () => ClerkSyncModule.forRoot(undefined as never)],
    [/the options are missing/, () => ClerkSyncModule.forRootAsync(undefined as never)],
    [/useFactory: pass it/, () => ClerkSyncModule.forRootAsync({})],
    [
      /webhookPath: pass/,
      () => ClerkSyncModule.forRoot({ ...options, webhookPath: true as never }),
    ],
    [
      /the options are missing/,
      () => start(ClerkSyncModule.forRootAsync({ useFactory: () => undefined as never })),
    ],
  ])('names what is missing: %s', async (message, configure) => {
    await expect((async () => configure())()).rejects.toThrow(message);
  });
});
