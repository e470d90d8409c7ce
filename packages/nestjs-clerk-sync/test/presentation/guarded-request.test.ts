import { describe, expect, test } from 'vitest';
import { rawHeadersOf, routeOf } from '../../src/presentation/guarded-request.js';

const rawHeaders = ['Host', 'example.com'];

describe('rawHeadersOf', () => {
  test.each([
    ['an Express request', { rawHeaders }, rawHeaders],
    ['a Fastify request', { raw: { rawHeaders } }, rawHeaders],
    ['a request without headers', {}, []],
    [
      'a request of a serverless adapter',
      { rawHeaders: [], headers: { host: 'example.com', via: ['a', 'b'] } },
      ['host', 'example.com', 'via', 'a', 'via', 'b'],
    ],
    [
      'a Fastify request of a serverless adapter',
      { headers: { host: 'wrapper' }, raw: { rawHeaders: [], headers: { host: 'example.com' } } },
      ['host', 'example.com'],
    ],
    [
      'a request whose joined headers differ',
      { rawHeaders, headers: { host: 'other' } },
      rawHeaders,
    ],
  ])('returns the headers of %s', (_what, request, headers) => {
    expect(rawHeadersOf(request)).toEqual(headers);
  });
});

describe('routeOf', () => {
  test.each([
    ['an Express request', { route: { path: '/notes/:id' } }, '/notes/:id'],
    ['a Fastify request', { routeOptions: { url: '/notes/:id' } }, '/notes/:id'],
    ['an Express route of several patterns', { route: { path: ['/a', '/b'] } }, 'a route'],
    ['an unmatched Fastify request', { routeOptions: { url: undefined } }, 'a route'],
    ['a request without a route', {}, 'a route'],
  ])('names the route of %s', (_what, request, name) => {
    expect(routeOf(request)).toBe(name);
  });
});
