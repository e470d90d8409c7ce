import { defineEndpoint, type Endpoint } from '@populatte/contracts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseInput, ValidationFailedError } from '../../../../src/presentation/http/route.js';
const renameThing = defineEndpoint({
  method: 'POST',
  path: '/things/:id',
  params: z.object({ id: z.uuid() }),
  query: z.object({ notify: z.stringbool().default(false) }),
  body: z.object({ name: z.string().min(1), tags: z.array(z.string()) }),
  response: z.object({}),
});
const ping = defineEndpoint({ method: 'GET', path: '/ping', response: z.object({}) });
const optional = defineEndpoint({
  method: 'POST',
  path: '/optional',
  body: z.object({ a: z.number() }).optional(),
  response: z.object({}),
});

const id = '6b0a2d3e-6b0a-4d3e-8b0a-6b0a2d3e6b0a';
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const right = { params: { id }, query: {}, body: json({ name: 'x', tags: ['a'] }) };

/** @returns the paths of the issues, or none if the input is accepted */
function issues(request: object, endpoint: Endpoint = renameThing): string[] {
  try {
    parseInput(endpoint, { ...right, ...request });
  } catch (error) {
    if (!(error instanceof ValidationFailedError)) throw error;
    return error.issues.map(({ path }) => path.join('.'));
  }
  return [];
}

describe('parseInput', () => {
  test('returns params, query and body as parsed by the schemas of the endpoint', () => {
    expect(parseInput(renameThing, { ...right, query: { notify: 'true' } })).toEqual({
      params: { id },
      query: { notify: true },
      body: { name: 'x', tags: ['a'] },
    });
  });

  test('accepts objects without a prototype, which routers create', () => {
    const params = Object.assign(Object.create(null) as object, { id });
    expect(parseInput(renameThing, { ...right, params })).toMatchObject({ params: { id } });
  });

  test('drops members that are not in the contract', () => {
    const body = json({ name: 'x', tags: [], admin: true });
    expect(parseInput(renameThing, { ...right, body })['body']).toEqual({ name: 'x', tags: [] });
    expect(parseInput(ping, right)).toEqual({});
  });

  test('reports all issues in params, query and body, in this order', () => {
    const request = {
      params: { id: 'x' },
      query: { notify: 'perhaps' },
      body: json({ name: '', tags: ['a', 7] }),
    };
    expect(issues(request)).toEqual(['params.id', 'query.notify', 'body.name', 'body.tags.1']);
  });

  test('reports issues of the other parts if the body is not JSON', () => {
    const request = { params: { id: 'x' }, body: Buffer.from('{') };
    expect(issues(request)).toEqual(['params.id', 'body']);
  });

  test.each<[string, unknown]>([
    ['not JSON', Buffer.from('name=x')],
    ['truncated JSON', Buffer.from('{"name":')],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['empty', Buffer.alloc(0)],
    ['missing', undefined],
    ['null', json(null)],
    ['a list', json([])],
  ])('refuses a body that is %s', (_what, body) => {
    expect(issues({ body })).toEqual(['body']);
  });

  test('accepts a missing body if the contract makes it optional', () => {
    expect(parseInput(optional, { ...right, body: undefined })).toEqual({ body: undefined });
    expect(parseInput(optional, { ...right, body: json({ a: 1 }) })).toEqual({ body: { a: 1 } });
    expect(issues({ body: json({}) }, optional)).toEqual(['body.a']);
  });

  test('quotes no value of the input', () => {
    const given = 'ada@people.example';
    const body = json({ name: [given], tags: given });
    const refuse = (): unknown =>
      parseInput(renameThing, { params: { id: given }, query: { notify: given }, body });
    expect(refuse).toThrow(ValidationFailedError);
    try {
      refuse();
    } catch (error) {
      expect(JSON.stringify((error as ValidationFailedError).issues)).not.toContain(given);
      expect((error as ValidationFailedError).issues).toHaveLength(4);
    }
  });
});
