import { Module } from '@nestjs/common';
import {
  CachedSessionVerifier,
  ClerkProfileDirectory,
  ClerkService,
  ClerkWebhookVerifier,
  JwksSource,
  PemSigningKeys,
  ProfileDirectory,
  RemoteSigningKeys,
  SessionVerifier,
  SigningKeys,
  WebhookVerifier,
} from '@populatte/nestjs-clerk-sync/internal';
import { Clock, InfrastructureLog } from '@populatte/nestjs-clerk-sync';
import { Environment } from '../config/env.schema.js';
/** Milliseconds that Clerk has to send its signing keys. */
const keyTimeoutMs = 5_000;

/** The adapters to Clerk: session tokens, the Backend API and webhooks. */
@Module({
  providers: [
    {
      provide: SigningKeys,
      inject: [Environment, Clock, InfrastructureLog],
      useFactory: ({ clerk }: Environment, clock: Clock, log: InfrastructureLog) => {
        if (clerk.jwtKey !== undefined) return new PemSigningKeys(clerk.jwtKey);
        const { apiUrl, secretKey } = clerk;
        const source = new JwksSource({ apiUrl, secretKey, timeoutMs: keyTimeoutMs, fetch });
        return new RemoteSigningKeys(source, clock, log);
      },
    },
    {
      provide: ClerkService,
      inject: [SigningKeys, Clock, Environment, InfrastructureLog],
      useFactory: (
        keys: SigningKeys,
        clock: Clock,
        { clerk }: Environment,
        log: InfrastructureLog,
      ) => new ClerkService(keys, clock, clerk, log),
    },
    {
      provide: SessionVerifier,
      inject: [ClerkService, Clock, Environment],
      useFactory: (service: ClerkService, clock: Clock, { cache }: Environment) =>
        cache.tokens ? new CachedSessionVerifier(service, clock) : service,
    },
    {
      provide: ProfileDirectory,
      inject: [Environment, Clock, InfrastructureLog],
      useFactory: ({ clerk }: Environment, clock: Clock, log: InfrastructureLog) =>
        new ClerkProfileDirectory({ ...clerk, fetch }, clock, log),
    },
    {
      provide: WebhookVerifier,
      inject: [Environment, Clock],
      useFactory: ({ clerk }: Environment, clock: Clock) =>
        new ClerkWebhookVerifier(clerk.webhookSigningSecrets, clock),
    },
  ],
  exports: [SessionVerifier, ProfileDirectory, WebhookVerifier],
})
export class ClerkModule {}
