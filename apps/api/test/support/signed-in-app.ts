import 'reflect-metadata';
import type { ModuleMetadata } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { RequestLog } from '../../src/core/request-log.js';
import { RequestTracing } from '../../src/core/request-tracing.js';
import type { User } from '../../src/core/users/user.entity.js';
import { createHttpAdapter, prepareHttp } from '../../src/presentation/http/http-server.js';
import { ProblemFilter } from '../../src/presentation/http/problem.filter.js';

class NoLog extends RequestLog {
  override answered(): void {
    // Tests check responses, not log lines.
  }

  override failed(): void {
    // Tests check responses, not log lines.
  }
}

/**
 * Serves controllers in this process as the API does, but with the same user in every request
 * instead of authentication.
 *
 * @param user the value of `@CurrentUser()`
 * @param metadata controllers and providers, as of a Nest module
 * @returns an application to `inject` requests into; close it after the tests
 */
export async function aSignedInApp(
  user: User,
  metadata: ModuleMetadata,
): Promise<NestFastifyApplication> {
  const providers = [
    ...(metadata.providers ?? []),
    { provide: RequestLog, useClass: NoLog },
    { provide: RequestTracing, useValue: new RequestTracing(null) },
  ];
  const module = await Test.createTestingModule({ ...metadata, providers }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(createHttpAdapter(), {
    logger: false,
    bodyParser: false,
  });
  app.useGlobalFilters(new ProblemFilter(app.get(RequestLog)));
  prepareHttp(app, []);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, _reply, done) => {
      request.user = user;
      done();
    });
  await app.init();
  return app;
}
