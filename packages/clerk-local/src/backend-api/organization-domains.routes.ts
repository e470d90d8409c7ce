import { Hono } from 'hono';
import { z } from 'zod';
import type { OrganizationDomains } from '../domain/organizations/organization-domains.js';
import type { Organizations } from '../domain/organizations/organizations.js';
import { inOrder, orderBy } from '../domain/shared/ordering.js';
import { flag, optionalText, stringList } from '../domain/shared/parameters.js';
import { countedPageOf, parseBody, parseListQuery } from '../http/request.js';

const createSchema = z.strictObject({
  name: z.string().min(1),
  enrollment_mode: optionalText,
  verified: flag.nullish(),
});
const updateSchema = z.strictObject({ enrollment_mode: optionalText, verified: flag.nullish() });
const filters = { verified: flag.optional(), enrollment_mode: stringList.optional() };
const allFilters = {
  ...filters,
  organization_id: z.string().optional(),
  domains: stringList.optional(),
  query: z.string().optional(),
  order_by: orderBy(['name', 'created_at']),
};

export interface OrganizationDomainsRoutesOptions {
  readonly organizations: Organizations;
  readonly organizationDomains: OrganizationDomains;
}

/** The email domains below `/v1/organizations`. */
export function organizationDomainsRoutes({
  organizations,
  organizationDomains: domains,
}: OrganizationDomainsRoutesOptions): Hono {
  const routes = new Hono();
  routes.get('/:id/domains', (context) => {
    const { id: organizationId } = organizations.get(context.req.param('id'));
    const query = parseListQuery(context, filters);
    const found = domains.list({
      organizationId,
      verified: query.verified,
      enrollmentModes: query.enrollment_mode,
    });
    return context.json(
      countedPageOf(
        context,
        found.map((each) => domains.present(each)),
      ),
    );
  });
  routes.post('/:id/domains', async (context) => {
    const fields = await parseBody(context, createSchema);
    const record = await domains.create(context.req.param('id'), fields.name, {
      enrollmentMode: fields.enrollment_mode,
      verified: fields.verified ?? true,
    });
    return context.json(domains.present(record));
  });
  routes.patch('/:id/domains/:domainId', async (context) => {
    const fields = await parseBody(context, updateSchema);
    const { id, domainId } = context.req.param();
    const record = await domains.update(organizations.get(id).id, domainId, {
      enrollmentMode: fields.enrollment_mode,
      verified: fields.verified,
    });
    return context.json(domains.present(record));
  });
  routes.delete('/:id/domains/:domainId', async (context) => {
    const { id, domainId } = context.req.param();
    return context.json(await domains.delete(organizations.get(id).id, domainId));
  });
  routes.post('/:id/domains/:domainId/verify_ownership', async (context) => {
    const { id, domainId } = context.req.param();
    const record = await domains.attemptOwnership(organizations.get(id).id, domainId);
    return context.json(domains.present(record));
  });
  return routes;
}

/** `GET /v1/organization_domains`: the domains of all organizations. */
export function allOrganizationDomainsRoutes({
  organizationDomains: domains,
}: OrganizationDomainsRoutesOptions): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    const query = parseListQuery(context, allFilters);
    const found = domains.list({
      organizationId: query.organization_id,
      verified: query.verified,
      enrollmentModes: query.enrollment_mode,
      names: query.domains,
      query: query.query,
    });
    const all = found.map((each) => domains.present(each));
    return context.json(countedPageOf(context, inOrder(all, query.order_by)));
  });
  return routes;
}
