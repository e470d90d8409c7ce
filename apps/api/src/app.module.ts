import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ConfigModule } from './infrastructure/config/config.module.js';
import { TelemetryModule } from './infrastructure/telemetry/telemetry.module.js';
import { AuthModule } from './presentation/auth/auth.module.js';
import { DocsModule } from './presentation/docs/docs.module.js';
import { EventsModule } from './presentation/events/events.module.js';
import { HealthModule } from './presentation/health/health.module.js';
import { ProblemFilter } from './presentation/http/problem.filter.js';
import { MetricsModule } from './presentation/metrics/metrics.module.js';
import { PreferencesModule } from './presentation/preferences/preferences.module.js';
import { UsersModule } from './presentation/users/users.module.js';
import { WebhooksModule } from './presentation/webhooks/webhooks.module.js';

/** The API. `AuthModule` guards every route that is not `@Public()`. */
@Module({
  imports: [
    ConfigModule,
    TelemetryModule,
    AuthModule,
    UsersModule,
    EventsModule,
    PreferencesModule,
    WebhooksModule,
    HealthModule,
    MetricsModule,
    DocsModule,
  ],
  providers: [{ provide: APP_FILTER, useClass: ProblemFilter }],
})
export class AppModule {}
