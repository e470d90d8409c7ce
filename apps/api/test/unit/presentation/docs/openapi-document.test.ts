import { defineEndpoint, getLiveness, getMe, receiveClerkWebhook } from '@populatte/contracts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { version } from '../../../../src/core/version.js';
import type { DescribedRoute } from '../../../../src/presentation/docs/api-description.js';
import { openApiDocument } from '../../../../src/presentation/docs/openapi-document.js';
import { lintOpenApi } from '../../../support/lint-openapi.js';

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
  docs: { summary: `Do ${operationId}`, description: `Does ${operationId}.` },
});

const routes = [
  route('users.me', getMe),
  route('webhooks.clerk', receiveClerkWebhook, true),
  route('things.get', getThing),
  route('things.put', putThing),
];
const document = openApiDocument(routes, { metrics: false });
const always = ['400', '408', '413', '417', '431', '500'];
const withMore = (...more: string[]): string[] => ['200', ...always, ...more].sort();
const thing = document.paths?.['/things/{id}/parts/{part}'];
const statuses = (operation: { responses?: object } | undefined): string[] =>
  Object.keys(operation?.responses ?? {}).sort();

describe('openApiDocument', () => {
  test('is OpenAPI 3.1 and lists every path once with all its operations', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths ?? {})).toEqual([
      '/users/me',
      '/webhooks/clerk',
      '/things/{id}/parts/{part}',
    ]);
    expect(Object.keys(thing ?? {})).toEqual(['get', 'put']);
  });

  test('describes path and query parameters', () => {
    expect(thing?.get?.parameters).toMatchObject([
      { in: 'path', name: 'id', required: true, schema: { type: 'string', format: 'uuid' } },
      { in: 'path', name: 'part', required: true },
      { in: 'query', name: 'verbose' },
    ]);
  });

  test('requires the session token except on public routes', () => {
    expect(document.security).toEqual([{ sessionToken: [] }]);
    expect(document.components?.securitySchemes).toMatchObject({
      sessionToken: { type: 'http', scheme: 'bearer' },
    });
    expect(document.paths?.['/users/me']?.get).not.toHaveProperty('security');
    expect(document.paths?.['/webhooks/clerk']?.post?.security).toEqual([]);
  });

  test('lists every error status of a route', () => {
    expect(statuses(document.paths?.['/users/me']?.get)).toEqual(withMore('401', '503'));
    expect(statuses(document.paths?.['/webhooks/clerk']?.post)).toEqual(withMore('503'));
    expect(statuses(thing?.get)).toEqual(withMore('401', '503'));
  });

  test('lists 415 for routes that read JSON', () => {
    expect(statuses(thing?.put)).toEqual(withMore('401', '415', '503'));
  });

  test('lists no 503 for a route that is never unavailable', () => {
    const live = route('health.live', getLiveness, true);
    const described = { ...live, docs: { ...live.docs, neverUnavailable: true } };
    const { paths } = openApiDocument([described], { metrics: false });
    expect(statuses(paths?.['/health/live']?.get)).toEqual(withMore());
  });

  test('names an error code only on routes that return it', () => {
    const refused = (operation: { responses?: Record<string, unknown> } | undefined): string =>
      JSON.stringify(operation?.responses?.['400']);
    expect(refused(document.paths?.['/webhooks/clerk']?.post)).toContain('webhook_invalid');
    expect(refused(thing?.put)).toContain('validation_failed');
    expect(refused(thing?.put)).not.toContain('webhook_invalid');
  });

  test('describes the success and the error codes that the contract of a route lists', () => {
    const addThing = defineEndpoint({
      method: 'POST',
      path: '/things',
      response: z.object({ id: z.uuid() }),
      status: 201,
    });
    const deleteThing = defineEndpoint({
      method: 'DELETE',
      path: '/things/:id',
      params: z.object({ id: z.uuid() }),
      response: z.void(),
      status: 204,
      errors: ['not_found'],
    });
    const { paths } = openApiDocument(
      [route('things.add', addThing), route('things.delete', deleteThing)],
      { metrics: false },
    );
    const added = paths?.['/things']?.post?.responses;
    const deleted = paths?.['/things/{id}']?.delete?.responses;
    expect(Object.keys(added ?? {})).toEqual(['201', ...always, '401', '503'].sort());
    expect(added).toHaveProperty(['201', 'content', 'application/json']);
    expect(Object.keys(deleted ?? {})).toEqual(['204', ...always, '401', '404', '503'].sort());
    expect(deleted?.['204']).toEqual({ description: 'Done, without a body.' });
    expect(JSON.stringify(deleted?.['404'])).toContain('not_found');
  });

  test('has the version of package.json and a described tag per controller', () => {
    expect(document.info.version).toBe(version);
    expect(document.tags?.map(({ name }) => name)).toEqual(['Things']);
    expect(document.tags?.every(({ description }) => description !== '')).toBe(true);
  });

  test('describes /metrics only if it is served', () => {
    expect(document.paths).not.toHaveProperty('/metrics');
    const { paths } = openApiDocument(routes, { metrics: true });
    expect(statuses(paths?.['/metrics']?.get)).toEqual(withMore());
  });

  test('passes the recommended rules of Redocly and Spectral', async () => {
    expect(await lintOpenApi(openApiDocument(routes, { metrics: true }))).toEqual([]);
  });

  test('describes errors with the problem schema of the contract', () => {
    const unauthorised: unknown = document.paths?.['/users/me']?.get?.responses?.['401'];
    expect(unauthorised).toMatchObject({
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    });
    expect(JSON.stringify(unauthorised)).toContain('token_expired');
  });

  test('has no broken schema references', () => {
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
