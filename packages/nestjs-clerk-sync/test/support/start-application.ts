import 'reflect-metadata';
import { type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClerkSyncModule, type ClerkSyncOptions, type ClerkUserTable } from '../../src/index.js';

/** Starts an application without HTTP that consists of the module and these providers. */
export function startApplication<Table extends ClerkUserTable>(
  options: ClerkSyncOptions<Table>,
  providers: readonly Type[] = [],
): Promise<INestApplicationContext> {
  @Module({ imports: [ClerkSyncModule.forRoot(options)], providers: [...providers] })
  class AppModule {}
  return NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
}
