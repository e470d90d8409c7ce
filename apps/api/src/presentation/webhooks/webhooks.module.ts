import { Module, type OnModuleInit } from '@nestjs/common';
import {
  InfrastructureLog,
  provideUseCase,
  SyncMetrics,
  UserRepository,
} from '@populatte/nestjs-clerk-sync';
import {
  DeleteUserUseCase,
  EndSessionUseCase,
  ReceiveWebhookUseCase,
  SyncUserUseCase,
  WebhookVerifier,
} from '@populatte/nestjs-clerk-sync/internal';
import { ClerkModule } from '../../infrastructure/clerk/clerk.module.js';
import { DatabaseModule } from '../../infrastructure/database/database.module.js';
import { WebhooksController } from './webhooks.controller.js';

/** Webhooks from Clerk. */
@Module({
  imports: [ClerkModule, DatabaseModule],
  controllers: [WebhooksController],
  providers: [
    provideUseCase(SyncUserUseCase, [UserRepository]),
    provideUseCase(DeleteUserUseCase, [UserRepository]),
    provideUseCase(EndSessionUseCase, [UserRepository]),
    provideUseCase(ReceiveWebhookUseCase, [
      WebhookVerifier,
      SyncUserUseCase,
      DeleteUserUseCase,
      EndSessionUseCase,
      SyncMetrics,
    ]),
  ],
})
export class WebhooksModule implements OnModuleInit {
  constructor(
    private readonly webhooks: WebhookVerifier,
    private readonly log: InfrastructureLog,
  ) {}

  onModuleInit(): void {
    if (this.webhooks.isEnabled) return;
    this.log.warn(
      'Webhooks are off: CLERK_WEBHOOK_SIGNING_SECRET is not set. POST /webhooks/clerk answers 404, and users who are deleted at Clerk stay in the database. Set it to receive webhooks.',
    );
  }
}
