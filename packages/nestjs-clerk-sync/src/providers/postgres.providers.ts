import type { Provider } from '@nestjs/common';
import { getTableName } from 'drizzle-orm';
import { UserRepository } from '../core/user.repository.js';
import { WebhookReceipts } from '../core/webhook-receipts.js';
import { CachedUserRepository } from '../infrastructure/cache/cached-user.repository.js';
import { createDatabase } from '../infrastructure/postgres/database.js';
import { DrizzleUserRepository } from '../infrastructure/postgres/drizzle-user.repository.js';
import { Erasers } from '../infrastructure/postgres/erasers.js';
import { EventHandlers } from '../infrastructure/postgres/event-handlers.js';
import { MeasuredUserRepository } from '../infrastructure/postgres/measured-user.repository.js';
import { listenForErrors } from '../infrastructure/postgres/pool-errors.js';
import { OutageWarnings } from '../infrastructure/postgres/outage-warnings.js';
import { settingsOf } from '../infrastructure/postgres/pool-settings.js';
import { PostgresUserChanges } from '../infrastructure/postgres/postgres-user-changes.js';
import { PostgresWebhookReceipts } from '../infrastructure/postgres/postgres-webhook-receipts.js';
import type { ServerState } from '../infrastructure/postgres/server-probe.js';
import { WriteAccess } from '../infrastructure/postgres/write-access.js';
import {
  traced,
  tracedHandler,
  TracedUserRepository,
} from '../infrastructure/tracing/traced-dependencies.js';
import { findErasers } from '../erase-user-data.js';
import { findEventHandlers } from '../on-user-event.js';
import { DecoratedMethods } from '../presentation/decorated-methods.js';
import { provide } from '../provide.js';
import { clockToken, logToken, metricsToken, optionsToken, settingsToken } from './tokens.js';

const defaultMaxAgeMs = 1_000;

/** PostgreSQL: users and their changes, the handlers and erasers of the application, receipts. */
export const postgresProviders: Provider[] = [
  provide(
    WriteAccess,
    [optionsToken, logToken, clockToken],
    ({ database: { pool } }, log, clock) => {
      listenForErrors(pool, log);
      return new WriteAccess(pool, log, clock);
    },
  ),
  provide(
    PostgresUserChanges,
    [optionsToken, settingsToken, logToken, WriteAccess],
    ({ database }, { settingNames }, log, writes) => {
      const { pool, users } = database;
      const direct = database.directUrl ?? settingsOf(pool) ?? '';
      const observe = (state: ServerState): void => {
        void writes.observe(state);
      };
      return new PostgresUserChanges(direct, pool, users, log, observe, settingNames);
    },
  ),
  provide(
    Erasers,
    [DecoratedMethods, logToken],
    (methods, log) => new Erasers(() => findErasers(methods), log),
  ),
  provide(
    EventHandlers,
    [DecoratedMethods, optionsToken, WriteAccess, PostgresUserChanges, logToken, metricsToken],
    (methods, { database, tracer }, writes, changes, log, metrics) => {
      const find = (): ReturnType<typeof findEventHandlers> =>
        findEventHandlers(methods).map((handler) => traced(handler, tracer, tracedHandler));
      const handlers = new EventHandlers(find, database.pool, writes, log, metrics);
      changes.subscribe(handlers);
      return handlers;
    },
  ),
  provide(
    UserRepository<unknown>,
    [
      optionsToken,
      WriteAccess,
      PostgresUserChanges,
      clockToken,
      metricsToken,
      Erasers,
      EventHandlers,
      logToken,
    ],
    (
      { database, cache, toUser = asItIs, tracer },
      writes,
      changes,
      clock,
      metrics,
      erasers,
      handlers,
      log,
    ) => {
      const mapping = { users: database.users, toUser };
      const db = createDatabase(database.pool);
      const stored = new DrizzleUserRepository(db, writes, mapping, clock, erasers);
      const users = new MeasuredUserRepository(
        stored,
        metrics,
        clock,
        new OutageWarnings(log, clock, getTableName(database.users)),
        () => {
          handlers.wake();
        },
      );
      const maxAgeMs = cache?.maxAgeMs ?? defaultMaxAgeMs;
      return traced<UserRepository<unknown>>(
        (cache?.users ?? true)
          ? new CachedUserRepository(users, changes, { maxAgeMs, clock, metrics })
          : users,
        tracer,
        (all, by) => new TracedUserRepository(all, by),
      );
    },
  ),
  provide(
    PostgresWebhookReceipts,
    [optionsToken, WriteAccess, logToken, clockToken],
    ({ database }, writes, log, clock) =>
      new PostgresWebhookReceipts(database.pool, writes, log, clock),
  ),
  { provide: WebhookReceipts, useExisting: PostgresWebhookReceipts },
];

function asItIs(row: unknown): unknown {
  return row;
}
