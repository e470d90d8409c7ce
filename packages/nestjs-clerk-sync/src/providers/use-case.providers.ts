import type { FactoryProvider } from '@nestjs/common';
import { ClerkSync } from '../clerk-sync.js';
import { createReconciliation } from '../create-reconciliation.js';
import {
  Authenticator,
  AuthenticateRequestUseCase,
} from '../core/authenticate-request.use-case.js';
import { ProfileDirectory } from '../core/profile-directory.js';
import { ReceiveWebhookUseCase } from '../core/receive-webhook.use-case.js';
import { SessionVerifier } from '../core/session-verifier.js';
import {
  DeleteUserUseCase,
  EndSessionUseCase,
  SyncUserUseCase,
} from '../core/sync-user.use-case.js';
import { UserRepository } from '../core/user.repository.js';
import { WebhookReceipts } from '../core/webhook-receipts.js';
import { WebhookVerifier } from '../core/webhook-verifier.js';
import { CachedAuthenticator } from '../infrastructure/cache/cached-authenticator.js';
import { CachedUserRepository } from '../infrastructure/cache/cached-user.repository.js';
import { createDatabase } from '../infrastructure/postgres/database.js';
import { traced, tracedFetch, untraced } from '../infrastructure/tracing/traced-dependencies.js';
import {
  TracedAuthenticator,
  TracedReceiveWebhook,
} from '../infrastructure/tracing/traced-requests.js';
import { provide, provideUseCase } from '../provide.js';
import {
  clockToken,
  logToken,
  metricsToken,
  optionsToken,
  settingsToken,
  tokenCacheToken,
} from './tokens.js';

/** The use cases that requests, webhooks and the application call. */
export const useCaseProviders: FactoryProvider[] = [
  provideUseCase(SyncUserUseCase<unknown>, [UserRepository<unknown>]),
  provideUseCase(DeleteUserUseCase, [UserRepository<unknown>]),
  provideUseCase(EndSessionUseCase, [UserRepository<unknown>]),
  provideUseCase(AuthenticateRequestUseCase<unknown>, [
    SessionVerifier,
    SyncUserUseCase<unknown>,
    UserRepository<unknown>,
    ProfileDirectory,
    metricsToken,
    clockToken,
  ]),
  provide(
    Authenticator<unknown>,
    [
      AuthenticateRequestUseCase<unknown>,
      tokenCacheToken,
      SessionVerifier,
      UserRepository<unknown>,
      metricsToken,
      clockToken,
      optionsToken,
    ],
    (uncached, tokens, sessions, users, metrics, clock, { tracer }) => {
      const rows = untraced(users);
      // A test may have replaced the verifier.
      const isCached = tokens !== null && untraced(sessions) === tokens;
      return traced<Authenticator<unknown>>(
        isCached && rows instanceof CachedUserRepository
          ? new CachedAuthenticator(uncached, tokens, rows, metrics, clock)
          : uncached,
        tracer,
        (authenticator, by) => new TracedAuthenticator(authenticator, by),
      );
    },
  ),
  provide(
    ReceiveWebhookUseCase,
    [
      optionsToken,
      WebhookVerifier,
      SyncUserUseCase<unknown>,
      DeleteUserUseCase,
      EndSessionUseCase,
      metricsToken,
      WebhookReceipts,
      clockToken,
    ],
    ({ tracer }, ...dependencies) =>
      tracer === undefined
        ? new ReceiveWebhookUseCase(...dependencies)
        : new TracedReceiveWebhook(tracer, ...dependencies),
  ),
  provide(
    ClerkSync<unknown>,
    [
      UserRepository<unknown>,
      ProfileDirectory,
      metricsToken,
      Authenticator<unknown>,
      optionsToken,
      settingsToken,
      clockToken,
      logToken,
    ],
    (users, directory, metrics, authenticator, { database, tracer }, clerk, clock, log) =>
      new ClerkSync(users, directory, metrics, authenticator, (ratePerSecond) =>
        createReconciliation({
          clerk,
          fetch: traced(fetch, tracer, tracedFetch),
          db: createDatabase(database.pool),
          table: database.users,
          users,
          metrics,
          clock,
          ...(ratePerSecond !== undefined && { ratePerSecond }),
          onWait: (message) => {
            log.info(message);
          },
        }),
      ),
  ),
];
