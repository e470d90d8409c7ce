import { Hono } from 'hono';
import { z } from 'zod';
import type { RoleSets } from '../domain/organizations/role-sets.js';
import { inOrder, orderBy } from '../domain/shared/ordering.js';
import { stringList } from '../domain/shared/parameters.js';
import { countedPageOf, parseBody, parseListQuery } from '../http/request.js';

const fields = {
  key: z.string().nullish(),
  description: z.string().nullish(),
  type: z.enum(['initial', 'custom']).nullish(),
};
const createSchema = z.strictObject({
  ...fields,
  name: z.string().min(1),
  default_role_key: z.string(),
  creator_role_key: z.string(),
  roles: stringList,
});
const updateSchema = z.strictObject({
  ...fields,
  name: z.string().min(1).nullish(),
  default_role_key: z.string().nullish(),
  creator_role_key: z.string().nullish(),
  /** To make a set custom, make another one initial. */
  type: z.literal('initial').nullish(),
});
const addRolesSchema = z.strictObject({
  role_keys: stringList,
  default_role_key: z.string().nullish(),
  creator_role_key: z.string().nullish(),
});
const replaceRoleSchema = z.strictObject({ role_key: z.string(), to_role_key: z.string() });
const replaceSchema = z.strictObject({
  dest_role_set_key: z.string(),
  /** Accepted without effect: members keep their roles, which do not depend on sets. */
  reassignment_mappings: z.unknown().optional(),
});
const filters = {
  query: z.string().optional(),
  order_by: orderBy(['created_at', 'name', 'key']),
};

/** `/v1/role_sets` */
export function roleSetsRoutes(roleSets: RoleSets): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    const { query, order_by } = parseListQuery(context, filters);
    return context.json(countedPageOf(context, inOrder(roleSets.list(query), order_by)));
  });
  routes.post('/', async (context) => {
    const { roles, ...body } = await parseBody(context, createSchema);
    return context.json(await roleSets.create(body, roles));
  });
  routes.get('/:id', (context) => context.json(roleSets.get(context.req.param('id'))));
  routes.patch('/:id', async (context) => {
    const body = await parseBody(context, updateSchema);
    return context.json(await roleSets.update(context.req.param('id'), body));
  });
  routes.post('/:id/replace', async (context) => {
    const { dest_role_set_key } = await parseBody(context, replaceSchema);
    return context.json(await roleSets.replace(context.req.param('id'), dest_role_set_key));
  });
  routes.post('/:id/roles', async (context) => {
    const { role_keys, ...body } = await parseBody(context, addRolesSchema);
    return context.json(await roleSets.addRoles(context.req.param('id'), role_keys, body));
  });
  routes.post('/:id/roles/replace', async (context) => {
    const body = await parseBody(context, replaceRoleSchema);
    const id = context.req.param('id');
    return context.json(await roleSets.replaceRole(id, body.role_key, body.to_role_key));
  });
  return routes;
}
