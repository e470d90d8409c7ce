import type pg from 'pg';
import { pgTable } from 'drizzle-orm/pg-core';
import { publishableKey } from '@populatte/clerk-stub';
import { describe, expect, test } from 'vitest';
import { clerkUserColumns } from '../src/infrastructure/postgres/clerk-columns.js';
import {
  clerkSettings,
  ClerkSyncOptionsError,
  databaseOptions,
  type ClerkSyncOptions,
} from '../src/options.js';

const options: ClerkSyncOptions = {
  secretKey: 'sk_test_2b6EX4MP1E',
  publishableKey,
  authorizedParties: ['https://app.example.com'],
  // The settings of Clerk do not touch it.
  database: { pool: {} as pg.Pool, users: pgTable('users', clerkUserColumns()) },
};

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

  test('ignores slashes at the end of addresses', () => {
    const addresses = { issuer: 'https://clerk.example.com/', apiUrl: 'https://proxy.example//' };
    expect(clerkSettings({ ...options, ...addresses })).toMatchObject({
      issuer: 'https://clerk.example.com',
      apiUrl: 'https://proxy.example',
    });
  });

  test('names the authorized parties if a JavaScript application leaves them out', () => {
    const { authorizedParties: _, ...incomplete } = options;
    expect(() => clerkSettings(incomplete as ClerkSyncOptions)).toThrow(
      /^Cannot start ClerkSyncModule:\n- authorizedParties: list the origins/,
    );
  });

  test('names the keys that are unset', () => {
    const unset = { ...options, secretKey: undefined, publishableKey: undefined };
    expect(() => clerkSettings(unset)).toThrow(ClerkSyncOptionsError);
    expect(() => clerkSettings(unset)).toThrow(/secretKey: copy[^]*publishableKey: copy/);
  });
});

describe('databaseOptions', () => {
  test.each([
    [{ ...options, database: undefined }, /database\.pool: pass[^]*database\.users: pass/],
    [{ ...options, database: { users: options.database.users } }, /: pass the application’s pg/],
    [{ ...options, database: { pool: options.database.pool } }, /database\.users: pass/],
  ])('names what a JavaScript application leaves out: %#', (incomplete, message) => {
    expect(() => databaseOptions(incomplete as ClerkSyncOptions)).toThrow(message);
  });
});
