import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { CoreModule } from './core.module.js';
import type { Infrastructure } from './infrastructure.js';
import { ClerkAuthGuard } from './presentation/auth/clerk-auth.guard.js';
import { DocsModule } from './presentation/docs/docs.module.js';
import { HealthModule } from './presentation/health/health.module.js';
import { ProblemFilter } from './presentation/http/problem.filter.js';
import { UsersModule } from './presentation/users/users.module.js';
import { WebhooksModule } from './presentation/webhooks/webhooks.module.js';

/** What the API is made of. */
@Module({})
export class AppModule {
  /**
   * @param infrastructure the adapters of core's ports
   * @param options whether the API describes itself at `/openapi.json` and `/docs`, and whether it
   *   receives webhooks
   */
  static with(
    infrastructure: Infrastructure,
    options: { readonly docsEnabled: boolean; readonly webhooksEnabled: boolean },
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        CoreModule.with(infrastructure),
        UsersModule,
        ...(options.webhooksEnabled ? [WebhooksModule] : []),
        HealthModule,
        ...(options.docsEnabled ? [DocsModule] : []),
      ],
      providers: [
        { provide: APP_GUARD, useClass: ClerkAuthGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
