import { Global, Module } from '@nestjs/common';
import { Clock, SystemClock } from '@populatte/nestjs-clerk-sync';
import { readEnvironment } from './env.js';
import { Environment } from './env.schema.js';

/** Provides the environment and the clocks of the process. Tests override either. */
@Global()
@Module({
  providers: [
    { provide: Environment, useFactory: () => readEnvironment() },
    { provide: Clock, useClass: SystemClock },
  ],
  exports: [Environment, Clock],
})
export class ConfigModule {}
