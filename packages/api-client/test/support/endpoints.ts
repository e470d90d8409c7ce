import { defineEndpoint } from '@populatte/contracts';
import { z } from 'zod';

const done = z.object({ done: z.literal(true) });
const body = z.object({ name: z.string() });

export const getThing = defineEndpoint({
  method: 'GET',
  path: '/things/:id',
  params: z.object({ id: z.string() }),
  query: z.object({
    tag: z.array(z.string()).optional(),
    since: z.date().optional(),
    page: z.number().nullish(),
  }),
  response: done,
});
export const ping = defineEndpoint({ method: 'GET', path: '/ping', response: done });
export const headPing = defineEndpoint({ method: 'HEAD', path: '/ping', response: z.undefined() });
export const addThing = defineEndpoint({ method: 'POST', path: '/things', body, response: done });
export const putThing = defineEndpoint({ method: 'PUT', path: '/things', body, response: done });
export const patchThing = defineEndpoint({
  method: 'PATCH',
  path: '/things',
  body,
  response: done,
});
export const dropThings = defineEndpoint({
  method: 'DELETE',
  path: '/things',
  response: z.undefined(),
});
export const upload = defineEndpoint({
  method: 'PUT',
  path: '/file',
  body: z.union([z.instanceof(ReadableStream), z.instanceof(FormData), z.instanceof(Blob)]),
  response: done,
});
