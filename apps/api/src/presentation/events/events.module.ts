import { Module } from '@nestjs/common';
import { provideUseCase } from '@populatte/nestjs-clerk-sync';
import { ListUserEventsUseCase, UserJournal } from '../../core/events/user-journal.js';
import { DatabaseModule } from '../../infrastructure/database/database.module.js';
import { EventsController } from './events.controller.js';

@Module({
  imports: [DatabaseModule],
  controllers: [EventsController],
  providers: [provideUseCase(ListUserEventsUseCase, [UserJournal])],
})
export class EventsModule {}
