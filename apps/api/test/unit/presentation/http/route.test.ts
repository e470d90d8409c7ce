import 'reflect-metadata';
import { Controller } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { defineEndpoint, type ParsedEndpointInput } from '@populatte/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { DomainError } from '../../../../src/core/errors.js';
import { RequestLog } from '../../../../src/core/request-log.js';
import { createHttpAdapter, prepareHttp } from '../../../../src/presentation/http/http-server.js';
import { ProblemFilter } from '../../../../src/presentation/http/problem.filter.js';
import { Input, Route } from '../../../../src/presentation/http/route.js';

const thing = z.object({ name: z.string() });
const params = thing;
const addThing = defineEndpoint({
  method: 'POST',
  path: '/things',
  body: thing,
  response: thing,
  status: 201,
});
const deleteThing = defineEndpoint({
  method: 'DELETE',
  path: '/things/:name',
  params,
  response: z.void(),
  status: 204,
  errors: ['not_found'],
});

class ThingNotFoundError extends DomainError<'not_found'> {
  readonly code = 'not_found';
}

@Controller()
class ThingsController {
  @Route(addThing)
  add(@Input(addThing) { body }: ParsedEndpointInput<typeof addThing>): z.infer<typeof thing> {
    return body;
  }

  @Route(deleteThing)
  delete(@Input(deleteThing) input: ParsedEndpointInput<typeof deleteThing>): void {
    if (input.params.name !== 'cup') throw new ThingNotFoundError('There is no such thing.');
  }
}

class NoLog extends RequestLog {
  override answered(): void {
    // Not looked at here.
  }

  override failed(): void {
    // Not looked at here.
  }
}

describe('a route', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    const module = await Test.createTestingModule({
      controllers: [ThingsController],
      providers: [{ provide: RequestLog, useClass: NoLog }],
    }).compile();
    app = module.createNestApplication<NestFastifyApplication>(createHttpAdapter(), {
      logger: false,
      bodyParser: false,
    });
    app.useGlobalFilters(new ProblemFilter(app.get(RequestLog)));
    prepareHttp(app, []);
    await app.init();
  });
  afterAll(() => app.close());

  test('answers with the status of its contract', async () => {
    const answer = await app.inject({ method: 'POST', url: '/things', payload: { name: 'cup' } });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual({ name: 'cup' });
  });

  test('that answers 204 sends no body', async () => {
    const answer = await app.inject({ method: 'DELETE', url: '/things/cup' });
    expect(answer.statusCode).toBe(204);
    expect(answer.body).toBe('');
    expect(answer.headers['content-type']).toBeUndefined();
  });

  test('answers a domain error with the status of its code', async () => {
    const answer = await app.inject({ method: 'DELETE', url: '/things/spoon' });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'not_found', detail: 'There is no such thing.' });
  });
});
