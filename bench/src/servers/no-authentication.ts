/**
 * This API's own route without any authentication: the same process, HTTP server, hooks, filter,
 * contract, presenter and log, no guard, and a user who is always the same.
 */
import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RequestLog } from '@populatte/api/core/request-log.js';
import { User } from '@populatte/api/core/users/user.entity.js';
import { allocateYoung } from '@populatte/api/garbage-collection.js';
import { readEnvironment } from '@populatte/api/infrastructure/config/env.js';
import { createLogger, standardOutput } from '@populatte/api/infrastructure/telemetry/logger.js';
import { NestLogger } from '@populatte/api/infrastructure/telemetry/nest-logger.js';
import { PinoRequestLog } from '@populatte/api/infrastructure/telemetry/pino-request-log.js';
import { createHttpAdapter, prepareHttp } from '@populatte/api/presentation/http/http-server.js';
import { ProblemFilter } from '@populatte/api/presentation/http/problem.filter.js';
import { Route } from '@populatte/api/presentation/http/route.js';
import { presentUser } from '@populatte/api/presentation/users/users.controller.js';
import { getMe, type UserResponse } from '@populatte/contracts';
import { person, profileUpdatedAt } from '../world/people.js';

const then = new Date(profileUpdatedAt).toISOString();
const somebody = new User({
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  ...person(1),
  createdAt: then,
  updatedAt: then,
});

@Controller()
class MeController {
  @Route(getMe)
  me(): UserResponse {
    return presentUser(somebody);
  }
}

allocateYoung();
const env = readEnvironment();
const lines = standardOutput();
const logger = createLogger(env.logLevel, lines);
const requestLog = new PinoRequestLog(logger, lines);

@Module({
  controllers: [MeController],
  providers: [
    { provide: RequestLog, useValue: requestLog },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
})
class OpenModule {}

const app = await NestFactory.create<NestFastifyApplication>(
  OpenModule,
  createHttpAdapter(requestLog),
  {
    logger: new NestLogger(logger),
    bodyParser: false,
  },
);
prepareHttp(app, requestLog, env.http.webOrigins);
await app.listen(env.http.port, env.http.host);
