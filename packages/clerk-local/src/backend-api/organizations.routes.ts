import { Hono } from 'hono';
import { z } from 'zod';
import { membershipQuery } from '../domain/organizations/membership-query.js';
import type { Organizations } from '../domain/organizations/organizations.js';
import { inOrder, orderBy } from '../domain/shared/ordering.js';
import {
  flag,
  maxNameLength,
  metadata,
  newMetadata,
  optionalText,
  stringList,
  time,
  wholeNumber,
} from '../domain/shared/parameters.js';
import { mergeMetadata } from '../domain/users/user-changes.js';
import { refuseMetadata } from '../http/deprecated-parameters.js';
import { countedPageOf, parseBody, parseListQuery, parseQuery } from '../http/request.js';
import { uploadedImage } from '../http/uploaded-image.js';

const name = z.string().min(1).max(maxNameLength);
/** 0: no limit. */
const maxMembers = wholeNumber.pipe(z.int().min(0)).nullish();

const createSchema = z.strictObject({
  name,
  slug: optionalText,
  created_by: optionalText,
  created_at: time.nullish(),
  public_metadata: newMetadata,
  private_metadata: newMetadata,
  max_allowed_memberships: maxMembers,
});

const updateSchema = z.strictObject({
  name: name.nullish(),
  slug: z.string().min(1).nullish(),
  created_at: time.nullish(),
  max_allowed_memberships: maxMembers,
  admin_delete_enabled: flag.nullish(),
  public_metadata: metadata.optional(),
  private_metadata: metadata.optional(),
});

const metadataSchema = z.strictObject({
  public_metadata: metadata.optional(),
  private_metadata: metadata.optional(),
});

const filters = {
  query: z.string().optional(),
  user_id: stringList.optional(),
  organization_id: stringList.optional(),
  /** Accepted without effect: every organization has the number of its members. */
  include_members_count: flag.optional(),
  order_by: orderBy(['name', 'created_at', 'members_count']),
};

const getFilters = z.strictObject({ include_members_count: filters.include_members_count });

const addMemberSchema = z.strictObject({
  user_id: z.string(),
  role: z.string(),
  public_metadata: newMetadata,
  private_metadata: newMetadata,
});

const roleSchema = z.strictObject({ role: z.string() });

/** `/v1/organizations` of the Backend API. */
export function organizationsRoutes(organizations: Organizations): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    const { query, user_id, organization_id, order_by } = parseListQuery(context, filters);
    const found = organizations.list({ query, userIds: user_id, ids: organization_id });
    return context.json(countedPageOf(context, inOrder(found, order_by)));
  });
  routes.post('/', async (context) => {
    const fields = await parseBody(context, createSchema);
    const organization = await organizations.create({
      name: fields.name,
      slug: fields.slug,
      createdBy: fields.created_by,
      publicMetadata: fields.public_metadata,
      privateMetadata: fields.private_metadata,
      maxAllowedMemberships: fields.max_allowed_memberships,
      ...createdAt(fields.created_at),
    });
    return context.json(organization);
  });
  routes.get('/:id', (context) => {
    parseQuery(context, getFilters);
    return context.json(organizations.get(context.req.param('id')));
  });
  routes.patch('/:id', async (context) => {
    const fields = await parseBody(context, updateSchema);
    refuseMetadata(context, fields);
    const organization = await organizations.update(context.req.param('id'), {
      ...given('name', fields.name),
      ...given('slug', fields.slug),
      ...createdAt(fields.created_at),
      ...given('maxAllowedMemberships', fields.max_allowed_memberships),
      ...given('adminDeleteEnabled', fields.admin_delete_enabled),
      ...given('publicMetadata', fields.public_metadata),
      ...given('privateMetadata', fields.private_metadata),
    });
    return context.json(organization);
  });
  routes.delete('/:id', async (context) => {
    return context.json(await organizations.delete(context.req.param('id')));
  });
  routes.put('/:id/logo', async (context) => {
    const { id } = organizations.get(context.req.param('id'));
    return context.json(await organizations.update(id, { imageUrl: await uploadedImage(context) }));
  });
  routes.delete('/:id/logo', async (context) => {
    return context.json(await organizations.update(context.req.param('id'), { imageUrl: null }));
  });
  for (const [method, mode] of [
    ['PATCH', 'merge'],
    ['PUT', 'replace'],
  ] as const) {
    routes.on(method, '/:id/metadata', async (context) => {
      const fields = await parseBody(context, metadataSchema);
      const id = context.req.param('id');
      return context.json(await organizations.changeMetadata(id, fields, mode));
    });
  }
  routes.get('/:id/memberships', (context) => {
    const { id } = organizations.get(context.req.param('id'));
    const query = parseListQuery(context, membershipQuery.shape);
    return context.json(countedPageOf(context, organizations.members.find(id, query)));
  });
  routes.post('/:id/memberships', async (context) => {
    const fields = await parseBody(context, addMemberSchema);
    const membership = await organizations.members.add(context.req.param('id'), {
      userId: fields.user_id,
      role: fields.role,
      publicMetadata: fields.public_metadata,
      privateMetadata: fields.private_metadata,
    });
    return context.json(membership);
  });
  routes.patch('/:id/memberships/:userId', async (context) => {
    const { role } = await parseBody(context, roleSchema);
    const { id, userId } = context.req.param();
    return context.json(await organizations.members.change(id, userId, () => ({ role })));
  });
  routes.delete('/:id/memberships/:userId', async (context) => {
    const { id, userId } = context.req.param();
    return context.json(await organizations.members.remove(id, userId));
  });
  routes.patch('/:id/memberships/:userId/metadata', async (context) => {
    const fields = await parseBody(context, metadataSchema);
    const { id, userId } = context.req.param();
    const membership = await organizations.members.change(id, userId, (old) => ({
      publicMetadata: mergeMetadata('public_metadata', old.publicMetadata, fields),
      privateMetadata: mergeMetadata('private_metadata', old.privateMetadata, fields),
    }));
    return context.json(membership);
  });
  return routes;
}

function createdAt(text: string | null | undefined): { readonly createdAt?: number } {
  return text ? { createdAt: Date.parse(text) } : {};
}

function given<Name extends string, Value>(
  property: Name,
  value: Value | null | undefined,
): Partial<Record<Name, Value>> {
  if (value === null || value === undefined) return {};
  const change: Partial<Record<Name, Value>> = {};
  change[property] = value;
  return change;
}
