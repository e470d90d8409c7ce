import { Module } from '@nestjs/common';
import { ProfileDirectory } from '../../core/auth/profile-directory.js';
import { SessionVerifier } from '../../core/auth/session-verifier.js';
import { Clock } from '../../core/clock.js';
import { WebhookVerifier } from '../../core/webhooks/webhook-verifier.js';
import { Environment } from '../config/env.schema.js';
import { InfrastructureLog } from '../telemetry/logger.js';
import { CachedSessionVerifier } from './cached-session-verifier.js';
import { ClerkProfileDirectory } from './clerk-profile-directory.js';
import { ClerkWebhookVerifier } from './clerk-webhook-verifier.js';
import { ClerkService } from './clerk.service.js';
import { JwksSource, PemSigningKeys, RemoteSigningKeys, SigningKeys } from './signing-keys.js';

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
