import { expect, test } from 'vitest';
import * as exports from '../src/index.js';

test('the package exports what the contract names, and the ports and errors behind it', () => {
  expect(Object.keys(exports).sort()).toMatchInlineSnapshot(`
    [
      "AuthUnavailableError",
      "AuthenticationError",
      "ClerkAuthGuard",
      "ClerkSync",
      "ClerkSyncException",
      "ClerkSyncModule",
      "ClerkSyncOptionsError",
      "Clock",
      "CurrentUser",
      "DomainError",
      "EraseUserData",
      "InfrastructureLog",
      "OnUserEvent",
      "Public",
      "StoreReadOnlyError",
      "SyncMetrics",
      "SyncUnavailableError",
      "SystemClock",
      "UnavailableError",
      "UserRepository",
      "WebhookInvalidError",
      "clerkSyncSql",
      "clerkUserColumns",
      "clerkUserConstraints",
      "createConnectionPool",
      "endedSessions",
      "provideUseCase",
      "userEventDeliveries",
      "userEventHandlers",
      "userEvents",
      "webhookReceipts",
    ]
  `);
});
