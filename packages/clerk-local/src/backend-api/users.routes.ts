import { Hono } from 'hono';
import { parseParameters } from '../domain/shared/parameters.js';
import {
  createUserSchema,
  updateUserSchema,
  userMetadataSchema,
} from '../domain/users/user-input.js';
import { userQuerySchema } from '../domain/users/user-query.js';
import type { Users } from '../domain/users/users.js';
import { readBody, readQuery } from '../http/request.js';

/** `/v1/users` of the Backend API. */
export function usersRoutes(users: Users): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    return context.json(users.list(parseParameters(userQuerySchema, readQuery(context))));
  });
  routes.post('/', async (context) => {
    return context.json(
      await users.create(parseParameters(createUserSchema, await readBody(context))),
    );
  });
  routes.get('/count', (context) => {
    const total = users.count(parseParameters(userQuerySchema, readQuery(context)));
    return context.json({ object: 'total_count', total_count: total });
  });
  routes.get('/:id', (context) => context.json(users.get(context.req.param('id'))));
  routes.patch('/:id', async (context) => {
    const fields = parseParameters(updateUserSchema, await readBody(context));
    return context.json(await users.update(context.req.param('id'), fields));
  });
  routes.delete('/:id', async (context) => {
    return context.json(await users.delete(context.req.param('id')));
  });
  routes.patch('/:id/metadata', async (context) => {
    const fields = parseParameters(userMetadataSchema, await readBody(context));
    return context.json(await users.mergeMetadata(context.req.param('id'), fields));
  });
  routes.put('/:id/metadata', async (context) => {
    const fields = parseParameters(userMetadataSchema, await readBody(context));
    return context.json(await users.replaceMetadata(context.req.param('id'), fields));
  });
  return routes;
}
