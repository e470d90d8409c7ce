import { Controller } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { defineEndpoint, type ParsedEndpointInput } from '@populatte/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { DomainError } from '../../../../src/core/errors.js';
import { Input, Route } from '../../../../src/presentation/http/route.js';
import { aLocalUser } from '../../../support/a-local-user.js';
import { aSignedInApp } from '../../../support/signed-in-app.js';

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

describe('a route', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await aSignedInApp(aLocalUser(), { controllers: [ThingsController] });
  });
  afterAll(() => app.close());

  test('responds with the status of its contract', async () => {
    const answer = await app.inject({ method: 'POST', url: '/things', payload: { name: 'cup' } });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual({ name: 'cup' });
  });

  test('that returns 204 sends no body', async () => {
    const answer = await app.inject({ method: 'DELETE', url: '/things/cup' });
    expect(answer.statusCode).toBe(204);
    expect(answer.body).toBe('');
    expect(answer.headers['content-type']).toBeUndefined();
  });

  test('responds to a domain error with the status of its code', async () => {
    const answer = await app.inject({ method: 'DELETE', url: '/things/spoon' });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'not_found', detail: 'There is no such thing.' });
  });
});
