import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthenticateRequestUseCase } from '../../core/auth/authenticate-request.use-case.js';
import { ProfileDirectory } from '../../core/auth/profile-directory.js';
import { SessionVerifier } from '../../core/auth/session-verifier.js';
import { SyncMetrics } from '../../core/users/sync-metrics.js';
import { SyncUserUseCase } from '../../core/users/sync-user.use-case.js';
import { UserRepository } from '../../core/users/user.repository.js';
import { ClerkModule } from '../../infrastructure/clerk/clerk.module.js';
import { DatabaseModule } from '../../infrastructure/database/database.module.js';
import { provideUseCase } from '../../provide-use-case.js';
import { ClerkAuthGuard } from './clerk-auth.guard.js';

/** Authentication of every route of the application: importing this module is enough. */
@Module({
  imports: [ClerkModule, DatabaseModule],
  providers: [
    provideUseCase(SyncUserUseCase, [UserRepository]),
    provideUseCase(AuthenticateRequestUseCase, [
      SessionVerifier,
      SyncUserUseCase,
      UserRepository,
      ProfileDirectory,
      SyncMetrics,
    ]),
    { provide: APP_GUARD, useClass: ClerkAuthGuard },
  ],
})
export class AuthModule {}
