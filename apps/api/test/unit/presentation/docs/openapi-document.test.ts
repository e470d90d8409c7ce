import { defineEndpoint, getMe, receiveClerkWebhook } from '@populatte/contracts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DescribedRoute } from '../../../../src/presentation/docs/described-route.js';
import { openApiDocument } from '../../../../src/presentation/docs/openapi-document.js';

const getThing = defineEndpoint({
  method: 'GET',
  path: '/things/:id/parts/:part',
  params: z.object({ id: z.uuid(), part: z.string() }),
  query: z.object({ verbose: z.stringbool().optional() }),
  response: z.object({ id: z.uuid() }),
});
const putThing = defineEndpoint({
  method: 'PUT',
  path: '/things/:id/parts/:part',
  params: z.object({ id: z.uuid(), part: z.string() }),
  body: z.object({ name: z.string() }),
  response: z.object({ id: z.uuid() }),
});

const route = (
  operationId: string,
  endpoint: DescribedRoute['endpoint'],
  isPublic = false,
): DescribedRoute => ({
  endpoint,
  public: isPublic,
  operationId,
  tag: 'Things',
});

const document = openApiDocument([
  route('users.me', getMe),
  route('webhooks.clerk', receiveClerkWebhook, true),
  route('things.get', getThing),
  route('things.put', putThing),
]);
const thing = document.paths?.['/things/{id}/parts/{part}'];
const statuses = (operation: { responses?: object } | undefined): string[] =>
  Object.keys(operation?.responses ?? {}).sort();

describe('openApiDocument', () => {
  it('is OpenAPI 3.1, with every path once and every operation under it', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths ?? {})).toEqual([
      '/users/me',
      '/webhooks/clerk',
      '/things/{id}/parts/{part}',
    ]);
    expect(Object.keys(thing ?? {})).toEqual(['get', 'put']);
  });

  it('describes each parameter of a path and a query', () => {
    expect(thing?.get?.parameters).toMatchObject([
      { in: 'path', name: 'id', required: true, schema: { type: 'string', format: 'uuid' } },
      { in: 'path', name: 'part', required: true },
      { in: 'query', name: 'verbose' },
    ]);
  });

  it('asks for the session token everywhere but where the route is public', () => {
    expect(document.security).toEqual([{ sessionToken: [] }]);
    expect(document.components?.securitySchemes).toMatchObject({
      sessionToken: { type: 'http', scheme: 'bearer' },
    });
    expect(document.paths?.['/users/me']?.get).not.toHaveProperty('security');
    expect(document.paths?.['/webhooks/clerk']?.post?.security).toEqual([]);
  });

  it('tells the error answers that a route can give', () => {
    expect(statuses(document.paths?.['/users/me']?.get)).toEqual(['200', '401', '500', '503']);
    expect(statuses(document.paths?.['/webhooks/clerk']?.post)).toEqual([
      '200',
      '400',
      '413',
      '500',
      '503',
    ]);
    expect(statuses(thing?.put)).toEqual(['200', '400', '401', '413', '500', '503']);
  });

  it('tells that input can be refused, of a GET, too', () => {
    expect(statuses(thing?.get)).toEqual(['200', '400', '401', '500', '503']);
  });

  it('answers errors as problem details, the one schema of the contract', () => {
    const unauthorised: unknown = document.paths?.['/users/me']?.get?.responses?.['401'];
    expect(unauthorised).toMatchObject({
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    });
    expect(JSON.stringify(unauthorised)).toContain('token_expired');
  });

  it('refers to nothing that is not there', () => {
    const references = [
      ...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g),
    ];
    expect(references.length).toBeGreaterThan(0);
    const schemas = Object.keys(document.components?.schemas ?? {});
    expect(
      references.map(([, name]) => name).filter((name) => !schemas.includes(name ?? '')),
    ).toEqual([]);
  });
});
