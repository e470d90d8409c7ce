import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { object as miniObject, string as miniString } from 'zod/mini';
import {
  defineEndpoint,
  getMe,
  type EndpointInput,
  type EndpointOutput,
  type ParsedEndpointInput,
  type PathParams,
  type UserResponse,
} from '../src/index.js';

const thing = z.object({ id: z.string(), size: z.number() });
const moveThing = defineEndpoint({
  method: 'PUT',
  path: '/things/:id/to/:place',
  params: z.object({ id: z.string(), place: z.string() }),
  query: z.object({ dryRun: z.stringbool().default(false) }),
  body: z.object({ speed: z.coerce.number<string>() }),
  response: thing,
});

describe('an endpoint', () => {
  test('keeps its definition and is frozen', () => {
    expect(moveThing).toMatchObject({ method: 'PUT', path: '/things/:id/to/:place' });
    expect(moveThing.response).toBe(thing);
    expect(Object.isFrozen(moveThing)).toBe(true);
  });

  test('names its path’s parameters in its type', () => {
    expectTypeOf<PathParams<'/things/:id/to/:place'>>().toEqualTypeOf<'id' | 'place'>();
    expectTypeOf<PathParams<'/users/me'>>().toEqualTypeOf<never>();
  });

  test('has types for its input before and after parsing', () => {
    expectTypeOf<EndpointInput<typeof moveThing>['body']>().toEqualTypeOf<{ speed: string }>();
    expectTypeOf<ParsedEndpointInput<typeof moveThing>['body']>().toEqualTypeOf<{
      speed: number;
    }>();
    expectTypeOf<ParsedEndpointInput<typeof moveThing>['query']>().toEqualTypeOf<{
      dryRun: boolean;
    }>();
    expectTypeOf<EndpointInput<typeof getMe>>().not.toHaveProperty('body');
  });

  test('has an optional part if all members of the part are optional before parsing', () => {
    const listThings = defineEndpoint({
      method: 'GET',
      path: '/things',
      query: z.object({ page: z.number().optional(), size: z.number().default(20) }),
      response: thing,
    });
    const noInput = {};
    expectTypeOf(noInput).toExtend<EndpointInput<typeof listThings>>();
    expect(listThings.query.parse({})).toEqual({ size: 20 });
    expectTypeOf<EndpointInput<typeof listThings>['query']>().toEqualTypeOf<
      { page?: number | undefined; size?: number | undefined } | undefined
    >();
    expectTypeOf<ParsedEndpointInput<typeof listThings>['query']>().toEqualTypeOf<{
      page?: number | undefined;
      size: number;
    }>();
    expectTypeOf<EndpointInput<typeof moveThing>>().not.toExtend<{ body?: undefined }>();
    const addName = defineEndpoint({
      method: 'POST',
      path: '/names',
      body: z.string(),
      response: thing,
    });
    expectTypeOf(noInput).not.toExtend<EndpointInput<typeof addName>>();
    expect(addName.body.parse('x')).toBe('x');
  });

  test('takes schemas of another version of Zod and of Zod Mini, whose types differ', () => {
    interface OlderText {
      readonly _zod: { input: number; output: string; version: { minor: -1 } };
      safeParse: z.ZodType['safeParse'];
      safeParseAsync: z.ZodType['safeParseAsync'];
    }
    const text = z.string() as unknown as OlderText;
    const getText = defineEndpoint({
      method: 'POST',
      path: '/texts/:id',
      params: miniObject({ id: miniString() }),
      body: text,
      response: text,
    });
    expectTypeOf<EndpointInput<typeof getText>['params']>().toEqualTypeOf<{ id: string }>();
    expectTypeOf<EndpointInput<typeof getText>['body']>().toEqualTypeOf<number>();
    expectTypeOf<EndpointOutput<typeof getText>>().toEqualTypeOf<string>();
    expect(getText.params.safeParse({ id: '7' }).success).toBe(true);
  });

  test('returns 200 and has no error codes by default', () => {
    expect(getMe).toMatchObject({ status: 200, errors: [] });
    const addThing = defineEndpoint({
      method: 'POST',
      path: '/things',
      response: thing,
      status: 201,
      errors: ['not_found'],
    });
    expect(addThing).toMatchObject({ status: 201, errors: ['not_found'] });
    // @ts-expect-error -- not a code of the API
    defineEndpoint({ method: 'POST', path: '/things', response: thing, errors: ['no_code'] });
  });

  test('that returns 204 has no body', () => {
    const deleteThing = defineEndpoint({
      method: 'DELETE',
      path: '/things',
      response: z.void(),
      status: 204,
    });
    expect(deleteThing.status).toBe(204);
    expect(() =>
      defineEndpoint({ method: 'DELETE', path: '/things', response: thing, status: 204 }),
    ).toThrow('DELETE /things returns 204, which has no body: use z.void().');
  });

  test('has a type for its output', () => {
    expectTypeOf<EndpointOutput<typeof getMe>>().toEqualTypeOf<UserResponse>();
  });

  test('does not compile without a schema for the parameters of its path', () => {
    // @ts-expect-error -- the path has a parameter, and there is no schema for it
    defineEndpoint({ method: 'GET', path: '/things/:id', response: thing });
    defineEndpoint({
      method: 'GET',
      path: '/things/:id',
      // @ts-expect-error -- the schema is for another parameter
      params: z.object({ name: z.string() }),
      response: thing,
    });
    // @ts-expect-error -- a path begins with a slash
    defineEndpoint({ method: 'GET', path: 'things', response: thing });
  });
});
