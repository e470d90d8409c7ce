import { Hono } from 'hono';
import { z } from 'zod';
import type { Permissions } from '../domain/organizations/permissions.js';
import type { Roles } from '../domain/organizations/roles.js';
import { inOrder, orderBy } from '../domain/shared/ordering.js';
import { flag, stringList } from '../domain/shared/parameters.js';
import { countedPageOf, parseBody, parseListQuery } from '../http/request.js';

const name = z.string().min(1).max(256);
const filters = {
  query: z.string().optional(),
  order_by: orderBy(['created_at', 'name', 'key']),
};

const createRoleSchema = z.strictObject({
  name,
  key: z.string(),
  description: z.string().nullish(),
  permissions: stringList.nullish(),
  /** Accepted without effect: every role can be given in every organization. */
  include_in_initial_role_set: flag.nullish(),
});
const updateRoleSchema = z.strictObject({
  name: name.nullish(),
  key: z.string().nullish(),
  description: z.string().nullish(),
  permissions: stringList.nullish(),
});

/** `/v1/organization_roles` */
export function rolesRoutes(roles: Roles): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    const { query, order_by } = parseListQuery(context, filters);
    return context.json(countedPageOf(context, inOrder(roles.list(query), order_by)));
  });
  routes.post('/', async (context) => {
    const fields = await parseBody(context, createRoleSchema);
    const role = await roles.create({
      name: fields.name,
      key: fields.key,
      description: fields.description,
      permissions: fields.permissions ?? undefined,
    });
    return context.json(role);
  });
  routes.get('/:id', (context) => context.json(roles.get(context.req.param('id'))));
  routes.patch('/:id', async (context) => {
    const fields = await parseBody(context, updateRoleSchema);
    const role = await roles.update(context.req.param('id'), {
      name: fields.name ?? undefined,
      key: fields.key ?? undefined,
      description: fields.description,
      permissions: fields.permissions ?? undefined,
    });
    return context.json(role);
  });
  routes.delete('/:id', async (context) => {
    return context.json(await roles.delete(context.req.param('id')));
  });
  routes.post('/:id/permissions/:permissionId', async (context) => {
    const { id, permissionId } = context.req.param();
    return context.json(await roles.grant(id, permissionId));
  });
  routes.delete('/:id/permissions/:permissionId', async (context) => {
    const { id, permissionId } = context.req.param();
    return context.json(await roles.revoke(id, permissionId));
  });
  return routes;
}

const createPermissionSchema = z.strictObject({
  name,
  key: z.string(),
  description: z.string().optional(),
});
const updatePermissionSchema = z.strictObject({
  name: name.optional(),
  key: z.string().optional(),
  description: z.string().optional(),
});

/** `/v1/organization_permissions` */
export function permissionsRoutes(permissions: Permissions): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    const { query, order_by } = parseListQuery(context, filters);
    return context.json(countedPageOf(context, inOrder(permissions.list(query), order_by)));
  });
  routes.post('/', async (context) => {
    const fields = await parseBody(context, createPermissionSchema);
    return context.json(await permissions.create(fields));
  });
  routes.get('/:id', (context) => context.json(permissions.get(context.req.param('id'))));
  routes.patch('/:id', async (context) => {
    const fields = await parseBody(context, updatePermissionSchema);
    return context.json(await permissions.update(context.req.param('id'), fields));
  });
  routes.delete('/:id', async (context) => {
    return context.json(await permissions.delete(context.req.param('id')));
  });
  return routes;
}
