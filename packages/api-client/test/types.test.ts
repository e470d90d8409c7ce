import { defineEndpoint, type UserResponse } from '@populatte/contracts';
import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { createApiClient, type ApiClient } from '../src/index.js';
import { addThing, getThing, ping } from './support/endpoints.js';

declare const api: ApiClient;
const { signal } = new AbortController();

// Only compiled: what is checked here is checked by `npm run typecheck`.
export function compiledOnly(): void {
  expectTypeOf(api.users.me).parameters.toEqualTypeOf<
    [options?: { readonly signal?: AbortSignal | undefined }]
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
  // @ts-expect-error: it has a query too
  void api.call(getThing, { params: { id: '1' } });
  // @ts-expect-error: the endpoint has no input
  void api.call(ping, { body: {} });
  // @ts-expect-error: the signal goes into the options
  void api.call(ping, { signal });

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
