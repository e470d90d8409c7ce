import { expect, test } from 'vitest';
import * as exports from '../src/index.js';

test('the package exports what the contract names, and the ports and errors behind it', () => {
  expect(Object.keys(exports).sort()).toMatchInlineSnapshot(`
    [
      "AuthUnavailableError",
      "AuthenticationError",
      "ClerkAuthGuard",
      "Clock",
      "CurrentUser",
      "DomainError",
      "InfrastructureLog",
      "Public",
      "StoreReadOnlyError",
      "SyncMetrics",
      "SyncUnavailableError",
      "SystemClock",
      "UnavailableError",
      "User",
      "UserRepository",
      "WebhookInvalidError",
      "createConnectionPool",
      "provideUseCase",
      "users",
    ]
  `);
});
