import { defineEndpoint, type UserResponse } from '@populatte/contracts';
import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { createApiClient, type ApiClient } from '../src/index.js';
import { addThing, getThing, ping } from './support/endpoints.js';

declare const api: ApiClient;
const { signal } = new AbortController();

// This code is only compiled: `npm run typecheck` checks it.
export function compiledOnly(): void {
  expectTypeOf(api.users.me).parameters.toEqualTypeOf<
    [
      options?: {
        readonly signal?: AbortSignal | undefined;
        readonly headers?:
          HeadersInit | Readonly<Record<string, string | null | undefined>> | undefined;
      },
    ]
  >();
  expectTypeOf(api.users.me({ signal })).resolves.toEqualTypeOf<UserResponse>();
  expectTypeOf(api.call(ping)).resolves.toEqualTypeOf<{ done: true }>();
  expectTypeOf(api.call(ping, {}, { signal })).resolves.toEqualTypeOf<{ done: true }>();
  expectTypeOf(api.call(ping, undefined, { signal })).resolves.toEqualTypeOf<{ done: true }>();
  expectTypeOf(api.call(addThing, { body: { name: 'x' } })).resolves.toEqualTypeOf<{
    done: true;
  }>();

  // @ts-expect-error: the endpoint has a body
  void api.call(addThing);
  // @ts-expect-error: its name is a string
  void api.call(addThing, { body: { name: 1 } });
  // Its query's members are all optional.
  void api.call(getThing, { params: { id: '1' } });
  // @ts-expect-error: its path has a parameter
  void api.call(getThing, { query: {} });
  // @ts-expect-error: a page is a number
  void api.call(getThing, { params: { id: '1' }, query: { page: '1' } });
  // @ts-expect-error: the endpoint has no input
  void api.call(ping, { body: {} });
  // @ts-expect-error: the signal goes into the options
  void api.call(ping, { signal });

  expectTypeOf(api.call.raw(ping)).resolves.toEqualTypeOf<{
    readonly data: { done: true };
    readonly response: Response;
  }>();
  expectTypeOf(api.call.raw(ping, {}, { signal })).resolves.toHaveProperty('data');
  // @ts-expect-error: the endpoint has a body
  void api.call.raw(addThing);
  const list = defineEndpoint({
    method: 'GET',
    path: '/list',
    query: z.object({ page: z.number().optional() }),
    response: z.null(),
  });
  expectTypeOf(api.call(list)).resolves.toEqualTypeOf<null>();
  expectTypeOf(api.call(list, undefined, { signal })).resolves.toEqualTypeOf<null>();
  const count = defineEndpoint({
    method: 'PUT',
    path: '/count',
    body: z.number(),
    response: z.null(),
  });
  // @ts-expect-error: a number is not optional
  void api.call(count, {});

  const at = defineEndpoint({
    method: 'GET',
    path: '/at',
    response: z.string().transform((text) => new Date(text)),
  });
  expectTypeOf(api.call(at)).resolves.toEqualTypeOf<Date>();
}

test('input, options and output have the types of the endpoint', () => {
  expectTypeOf(compiledOnly).returns.toBeVoid();
  expectTypeOf(createApiClient).returns.toEqualTypeOf<ApiClient>();
});
