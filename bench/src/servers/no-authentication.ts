/**
 * This API's own route without any authentication: the same process, HTTP server, hooks, filter,
 * contract, presenter and log, but no guard. It answers with as many users in turn as the API, because
 * with a single one, all data of a response would always be in the CPU's cache. It accepts webhooks
 * without reading them, so that the scenario churn can send it the same requests as the API.
 */
import { randomUUID } from 'node:crypto';
import 'reflect-metadata';
import { Controller, HttpCode, Module, Post } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { disablePretenuring } from '@populatte/api/garbage-collection.js';
import { ConfigModule } from '@populatte/api/infrastructure/config/config.module.js';
import { Environment } from '@populatte/api/infrastructure/config/env.schema.js';
import { NestLogger } from '@populatte/api/infrastructure/telemetry/nest-logger.js';
import { TelemetryModule } from '@populatte/api/infrastructure/telemetry/telemetry.module.js';
import { createHttpAdapter, prepareHttp } from '@populatte/api/presentation/http/http-server.js';
import { ProblemFilter } from '@populatte/api/presentation/http/problem.filter.js';
import { Route } from '@populatte/api/presentation/http/route.js';
import { presentUser } from '@populatte/api/presentation/users/users.controller.js';
import { getMe, type UserResponse } from '@populatte/contracts';
import { User } from '@populatte/api/core/users/user.entity.js';
import { benchUsers, profileUpdatedAt } from '../world/bench-users.js';
import { settings } from './settings.js';

const then = new Date(profileUpdatedAt).toISOString();
const users = benchUsers(1, settings.BENCH_USERS).map(
  (user) => new User({ id: randomUUID(), ...user, createdAt: then, updatedAt: then }),
);

@Controller()
class MeController {
  private next = 0;

  @Route(getMe)
  me(): UserResponse {
    const user = users[this.next];
    if (user === undefined) throw new Error('There is no such user.');
    this.next = (this.next + 1) % users.length;
    return presentUser(user);
  }
}

@Controller()
class WebhooksController {
  @Post('webhooks/clerk')
  @HttpCode(200)
  clerk(): { readonly success: true; readonly outcome: 'updated' } {
    return { success: true, outcome: 'updated' };
  }
}

@Module({
  imports: [ConfigModule, TelemetryModule],
  controllers: [MeController, WebhooksController],
  providers: [{ provide: APP_FILTER, useClass: ProblemFilter }],
})
class OpenModule {}

disablePretenuring();
const app = await NestFactory.create<NestFastifyApplication>(OpenModule, createHttpAdapter(), {
  logger: false,
  bodyParser: false,
});
app.useLogger(app.get(NestLogger));
const { http } = app.get(Environment);
prepareHttp(app, http.webOrigins);
await app.listen(http.port, http.host);
