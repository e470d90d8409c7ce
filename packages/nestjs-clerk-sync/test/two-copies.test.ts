import { Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import * as here from '../src/index.js';
import { isPublic } from '../src/internal.js';
import { effects, withHandlers } from './support/handlers.js';
import { RecordedLog } from './support/recorded-log.js';

/** The package once more, as npm installs it for a dependency that needs another version. */
let there: typeof here;
let pools: typeof import('../src/infrastructure/postgres/connection-pool.js');
let connectErrors: typeof import('../src/infrastructure/postgres/connect-errors.js');
beforeAll(async () => {
  vi.resetModules();
  there = await import('../src/index.js');
  pools = await import('../src/infrastructure/postgres/connection-pool.js');
  connectErrors = await import('../src/infrastructure/postgres/connect-errors.js');
  expect(there.ClerkSyncModule).not.toBe(here.ClerkSyncModule);
});

describe('with two copies of the package in a process', () => {
  const errors = {
    AuthenticationError: new here.AuthenticationError('token_missing', ''),
    AuthUnavailableError: new here.AuthUnavailableError('', 1),
    SyncUnavailableError: new here.SyncUnavailableError('', 1),
    StoreReadOnlyError: new here.StoreReadOnlyError(),
    WebhookInvalidError: new here.WebhookInvalidError('', 'body'),
    ClerkSyncException: new here.ClerkSyncException(new here.SyncUnavailableError('', 1)),
    ClerkSyncOptionsError: new here.ClerkSyncOptionsError([]),
  } as const;
  const abstract = ['DomainError', 'UnavailableError'] as const;
  const names = [...(Object.keys(errors) as (keyof typeof errors)[]), ...abstract];

  test.each(Object.entries(errors))(
    '%s of one is that of the other, and no other',
    (_name, error) => {
      const ofOther = names.filter((name) => error instanceof there[name]);
      const ofOwn = names.filter((name) => error instanceof here[name]);
      expect(ofOther).toEqual(ofOwn);
      expect(ofOwn).toContain(error.constructor.name);
    },
  );

  test('nothing else is an error of the package', () => {
    class ApplicationError extends there.DomainError {
      override readonly code = 'application';
    }
    for (const other of [new Error('x'), null, undefined, 'x', {}, Object.create(null)]) {
      for (const name of names) expect(other instanceof there[name]).toBe(false);
    }
    expect(errors.AuthenticationError instanceof ApplicationError).toBe(false);
    expect(new ApplicationError('x') instanceof ApplicationError).toBe(true);
    expect(new ApplicationError('x') instanceof here.DomainError).toBe(true);
    expect(new ApplicationError('x') instanceof here.AuthenticationError).toBe(false);
  });

  test('@Public() of one opens a route for the guard of the other', () => {
    class Routes {
      @there.Public()
      open(): void {
        return undefined;
      }
    }
    const { open } = Object.getOwnPropertyDescriptors(Routes.prototype);
    expect(new Reflector().get(isPublic, open.value as () => void)).toBe(true);
  });
});

describe('with two copies of the package on one database', () => {
  const { count, delivered, known, start, url } = withHandlers();

  test('handlers and erasers of one are run by the other', async () => {
    const erased: string[] = [];
    @Injectable()
    class Handlers {
      @there.OnUserEvent('deleted', { name: 'recorder' })
      async record(
        { userId, type }: here.RecordedUserEvent,
        transaction: here.Transaction,
      ): Promise<void> {
        await transaction.insert(effects).values({ handler: 'recorder', userId, event: type });
      }

      @there.EraseUserData()
      erase({ clerkId }: { readonly clerkId: string }): void {
        erased.push(clerkId);
      }
    }
    const clerkSync = await start([Handlers]);
    await known();
    await clerkSync.sync({
      ...{ clerkId: 'user_ada', email: null, name: 'Ada', imageUrl: null },
      version: { at: 1, exact: true },
    });
    await clerkSync.delete('user_ada');
    expect(erased).toEqual(['user_ada']);
    await delivered();
    expect(await count('effects')).toBe(1);
  });

  test('a pool of one has connections, and errors of connecting, for the other', async () => {
    const log = new RecordedLog();
    const pool = here.createConnectionPool(url(), 1, log);
    await pool.query('select 1');
    expect(pools.hasConnections(pool)).toBe(true);
    await pool.end();
    const nowhere = here.createConnectionPool('postgresql://user@127.0.0.1:9/none', 1, log);
    const error: unknown = await nowhere.query('select 1').catch((cause: unknown) => cause);
    expect(connectErrors.isConnectError(error)).toBe(true);
    expect(connectErrors.isConnectError(new Error('x'))).toBe(false);
    await nowhere.end();
  });
});
