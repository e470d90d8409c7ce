import { Hono } from 'hono';
import {
  createUserSchema,
  updateUserSchema,
  userMetadataSchema,
} from '../domain/users/user-input.js';
import { userQuerySchema } from '../domain/users/user-query.js';
import type { Users } from '../domain/users/users.js';
import { refuseMetadata } from '../http/deprecated-parameters.js';
import { parseBody, parseQuery } from '../http/request.js';

/** `/v1/users` of the Backend API. */
export function usersRoutes(users: Users): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    return context.json(users.list(parseQuery(context, userQuerySchema)));
  });
  routes.post('/', async (context) => {
    return context.json(await users.create(await parseBody(context, createUserSchema)));
  });
  routes.get('/count', (context) => {
    const total = users.count(parseQuery(context, userQuerySchema));
    return context.json({ object: 'total_count', total_count: total });
  });
  routes.get('/:id', (context) => context.json(users.get(context.req.param('id'))));
  routes.patch('/:id', async (context) => {
    const fields = await parseBody(context, updateUserSchema);
    refuseMetadata(context, fields);
    return context.json(await users.update(context.req.param('id'), fields));
  });
  routes.delete('/:id', async (context) => {
    return context.json(await users.delete(context.req.param('id')));
  });
  routes.patch('/:id/metadata', async (context) => {
    const fields = await parseBody(context, userMetadataSchema);
    return context.json(await users.mergeMetadata(context.req.param('id'), fields));
  });
  routes.put('/:id/metadata', async (context) => {
    const fields = await parseBody(context, userMetadataSchema);
    return context.json(await users.replaceMetadata(context.req.param('id'), fields));
  });
  return routes;
}
