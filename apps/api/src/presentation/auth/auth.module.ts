import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  AuthenticateRequestUseCase,
  ProfileDirectory,
  SessionVerifier,
  SyncUserUseCase,
} from '@populatte/nestjs-clerk-sync/internal';
import {
  ClerkAuthGuard,
  provideUseCase,
  SyncMetrics,
  UserRepository,
} from '@populatte/nestjs-clerk-sync';
import { ClerkModule } from '../../infrastructure/clerk/clerk.module.js';
import { DatabaseModule } from '../../infrastructure/database/database.module.js';

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
