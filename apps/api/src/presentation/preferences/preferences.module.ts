import { Module } from '@nestjs/common';
import { provideUseCase } from '@populatte/nestjs-clerk-sync';
import { PreferencesRepository } from '../../core/preferences/preferences.repository.js';
import {
  ReadPreferencesUseCase,
  ReplacePreferencesUseCase,
} from '../../core/preferences/preferences.use-cases.js';
import { DatabaseModule } from '../../infrastructure/database/database.module.js';
import { DrizzlePreferencesRepository } from '../../infrastructure/database/drizzle-preferences.repository.js';
import { Queries } from '../../infrastructure/database/queries.js';
import { PreferencesController } from './preferences.controller.js';

@Module({
  imports: [DatabaseModule],
  controllers: [PreferencesController],
  providers: [
    {
      provide: PreferencesRepository,
      useFactory: (queries: Queries) => new DrizzlePreferencesRepository(queries),
      inject: [Queries],
    },
    provideUseCase(ReadPreferencesUseCase, [PreferencesRepository]),
    provideUseCase(ReplacePreferencesUseCase, [PreferencesRepository]),
  ],
})
export class PreferencesModule {}
