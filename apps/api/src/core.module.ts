import { Module, type DynamicModule } from '@nestjs/common';
import { AuthenticateRequestUseCase } from './core/auth/authenticate-request.use-case.js';
import { ProfileDirectory } from './core/auth/profile-directory.js';
import { SessionVerifier } from './core/auth/session-verifier.js';
import { Readiness } from './core/readiness.js';
import { RequestLog } from './core/request-log.js';
import { DeleteUserUseCase, SyncUserUseCase } from './core/users/sync-user.use-case.js';
import { SyncMetrics } from './core/users/sync-metrics.js';
import { UserRepository } from './core/users/user.repository.js';
import { ReceiveWebhookUseCase } from './core/webhooks/receive-webhook.use-case.js';
import { WebhookVerifier } from './core/webhooks/webhook-verifier.js';
import type { Infrastructure } from './infrastructure.js';
import { provideUseCase } from './provide-use-case.js';

/** Core's use cases, on the adapters of their ports; every feature's controllers may ask for them. */
@Module({})
export class CoreModule {
  static with(infrastructure: Infrastructure): DynamicModule {
    const providers = [
      { provide: UserRepository, useValue: infrastructure.users },
      { provide: SessionVerifier, useValue: infrastructure.sessions },
      { provide: ProfileDirectory, useValue: infrastructure.directory },
      { provide: WebhookVerifier, useValue: infrastructure.webhooks },
      { provide: Readiness, useValue: infrastructure.readiness },
      { provide: RequestLog, useValue: infrastructure.requestLog },
      { provide: SyncMetrics, useValue: infrastructure.metrics },
      provideUseCase(SyncUserUseCase, [UserRepository]),
      provideUseCase(DeleteUserUseCase, [UserRepository]),
      provideUseCase(AuthenticateRequestUseCase, [
        SessionVerifier,
        SyncUserUseCase,
        UserRepository,
        ProfileDirectory,
        SyncMetrics,
      ]),
      provideUseCase(ReceiveWebhookUseCase, [
        WebhookVerifier,
        SyncUserUseCase,
        DeleteUserUseCase,
        SyncMetrics,
      ]),
    ];
    return { module: CoreModule, global: true, providers, exports: providers };
  }
}
