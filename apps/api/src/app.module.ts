import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ConfigModule } from './infrastructure/config/config.module.js';
import { TelemetryModule } from './infrastructure/telemetry/telemetry.module.js';
import { userSyncModule } from './infrastructure/user-sync.module.js';
import { DocsModule } from './presentation/docs/docs.module.js';
import { EventsModule } from './presentation/events/events.module.js';
import { HealthModule } from './presentation/health/health.module.js';
import { ProblemFilter } from './presentation/http/problem.filter.js';
import { MetricsModule } from './presentation/metrics/metrics.module.js';
import { PreferencesModule } from './presentation/preferences/preferences.module.js';
import { UsersModule } from './presentation/users/users.module.js';

/** The API. `userSyncModule` guards every route that is not `@Public()`. */
@Module({
  imports: [
    ConfigModule,
    TelemetryModule,
    userSyncModule,
    UsersModule,
    EventsModule,
    PreferencesModule,
    HealthModule,
    MetricsModule,
    DocsModule,
  ],
  providers: [{ provide: APP_FILTER, useClass: ProblemFilter }],
})
export class AppModule {}
