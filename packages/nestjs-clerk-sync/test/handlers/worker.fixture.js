/**
 * A worker of an application: it writes a row for each event. Plain JavaScript on the built module,
 * so that a test can run several as separate processes and kill them.
 *
 * CLERK: the module's options for Clerk, as JSON. DATABASE_URL: the database. KILL: `before-commit` ends the
 * process by SIGKILL after its first effect and before its commit.
 */
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClerkSyncModule,
  clerkUserColumns,
  clerkUserConstraints,
  OnUserEvent,
} from '@populatte/nestjs-clerk-sync';
import { sql } from 'drizzle-orm';
import { pgTable } from 'drizzle-orm/pg-core';
import pg from 'pg';

const { CLERK = '{}', DATABASE_URL = '', KILL } = process.env;

class Recorder {
  /**
   * @param {import('@populatte/nestjs-clerk-sync').RecordedUserEvent} event
   * @param {import('@populatte/nestjs-clerk-sync').Transaction} transaction
   */
  async record({ userId, type }, transaction) {
    await transaction.execute(
      sql`insert into effects (handler, user_id, event) values ('recorder', ${userId}, ${type})`,
    );
    if (KILL === 'before-commit') process.kill(process.pid, 'SIGKILL');
  }
}
const method = Object.getOwnPropertyDescriptor(Recorder.prototype, 'record');
if (method === undefined) throw new Error('The handler has another name.');
OnUserEvent(['created', 'updated'], { name: 'recorder' })(Recorder.prototype, 'record', method);

const users = pgTable('people', clerkUserColumns(), clerkUserConstraints);
const pool = new pg.Pool({ connectionString: DATABASE_URL });
class AppModule {}
Module({
  imports: [ClerkSyncModule.forRoot({ ...JSON.parse(CLERK), database: { pool, users } })],
  providers: [Recorder],
})(AppModule);

const application = await NestFactory.createApplicationContext(AppModule, { logger: ['warn'] });
application.enableShutdownHooks();
process.stdout.write('started\n');
