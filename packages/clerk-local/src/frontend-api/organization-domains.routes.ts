import { Hono } from 'hono';
import { z } from 'zod';
import { withTxtRecord } from '../domain/organizations/domain-verification.js';
import type { OrganizationDomains } from '../domain/organizations/organization-domains.js';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';
import { flag, optionalText, stringList } from '../domain/shared/parameters.js';
import type { ObjectRecord } from '../domain/state/records.js';
import { countedPageOf, parseBody, parseQuery } from '../http/request.js';
import { requireMember, type RequireMemberOptions } from './require-member.js';

const createSchema = z.strictObject({ name: z.string().min(1), enrollment_mode: optionalText });
const bulkCreateSchema = z.strictObject({
  names: stringList.pipe(z.array(z.string()).max(10)),
  enrollment_mode: optionalText,
});
const bulkSchema = z.strictObject({ organization_domain_ids: stringList });
const modeSchema = z.strictObject({ enrollment_mode: z.string(), delete_pending: flag.nullish() });
const affiliationSchema = z.strictObject({ affiliation_email_address: z.string() });
const codeSchema = z.strictObject({ code: z.string() });
const listSchema = z.object({
  verified: flag.optional(),
  enrollment_mode: stringList.optional(),
});

export interface MemberDomainsRoutesOptions extends RequireMemberOptions {
  readonly organizationDomains: OrganizationDomains;
}

/**
 * `/v1/organizations/:id/domains`: admins verify email domains and choose how users with such an
 * address join.
 */
export function memberDomainsRoutes(options: MemberDomainsRoutesOptions): Hono {
  const { calls, organizationDomains: domains } = options;
  const member = requireMember(options);
  const routes = new Hono();
  const toClient = (record: ObjectRecord): object => domains.present(record);
  const toAdmin = (record: ObjectRecord): object => ({
    ...domains.present(record),
    ownership_verification: withTxtRecord(record),
  });

  routes.get('/:id/domains', (context) => {
    const { organizationId } = member(context, 'org:sys_domains:read');
    const query = parseQuery(context, listSchema);
    const found = domains.list({
      organizationId,
      verified: query.verified,
      enrollmentModes: query.enrollment_mode,
    });
    return calls.answer(context, countedPageOf(context, found.map(toClient)));
  });
  routes.post('/:id/domains', async (context) => {
    const { organizationId } = member(context, 'org:sys_domains:manage');
    const { name, enrollment_mode } = await parseBody(context, createSchema);
    const record = await domains.create(organizationId, name, { enrollmentMode: enrollment_mode });
    return calls.answer(context, toAdmin(record));
  });
  routes.post('/:id/domains/bulk', async (context) => {
    const { organizationId } = member(context, 'org:sys_domains:manage');
    const { names, enrollment_mode: mode } = await parseBody(context, bulkCreateSchema);
    const created = await each(names, 'name', (name) =>
      domains.create(organizationId, name, { enrollmentMode: mode }),
    );
    return calls.answer(context, { ...created, data: created.data.map(toAdmin) });
  });
  for (const step of ['prepare', 'attempt'] as const) {
    const verify = (organizationId: string, id: string): Promise<ObjectRecord> =>
      step === 'prepare'
        ? domains.prepareOwnership(organizationId, id)
        : domains.attemptOwnership(organizationId, id);
    routes.post(`/:id/domains/${step}_ownership_verification/bulk`, async (context) => {
      const { organizationId } = member(context, 'org:sys_domains:manage');
      const { organization_domain_ids: ids } = await parseBody(context, bulkSchema);
      const done = await each(ids, 'id', (id) => verify(organizationId, id));
      return calls.answer(context, { ...done, data: done.data.map(toAdmin) });
    });
    routes.post(`/:id/domains/:domainId/${step}_ownership_verification`, async (context) => {
      const { organizationId } = member(context, 'org:sys_domains:manage');
      const record = await verify(organizationId, context.req.param('domainId'));
      return calls.answer(context, toAdmin(record));
    });
  }
  routes.get('/:id/domains/:domainId', (context) => {
    const { organizationId } = member(context, 'org:sys_domains:read');
    return calls.answer(
      context,
      toClient(domains.get(organizationId, context.req.param('domainId'))),
    );
  });
  routes.delete('/:id/domains/:domainId', async (context) => {
    const { organizationId } = member(context, 'org:sys_domains:manage');
    const deleted = await domains.delete(organizationId, context.req.param('domainId'));
    return calls.answer(context, deleted);
  });
  routes.post('/:id/domains/:domainId/update_enrollment_mode', async (context) => {
    const { organizationId } = member(context, 'org:sys_domains:manage');
    const fields = await parseBody(context, modeSchema);
    const record = await domains.changeMode(
      organizationId,
      context.req.param('domainId'),
      fields.enrollment_mode,
      fields.delete_pending === true,
    );
    return calls.answer(context, toAdmin(record));
  });
  routes.post('/:id/domains/:domainId/prepare_affiliation_verification', async (context) => {
    const { organizationId } = member(context, 'org:sys_domains:manage');
    const fields = await parseBody(context, affiliationSchema);
    const record = await domains.prepareAffiliation(
      organizationId,
      context.req.param('domainId'),
      fields.affiliation_email_address,
    );
    return calls.answer(context, toAdmin(record));
  });
  routes.post('/:id/domains/:domainId/attempt_affiliation_verification', async (context) => {
    const { organizationId } = member(context, 'org:sys_domains:manage');
    const { code } = await parseBody(context, codeSchema);
    const domainId = context.req.param('domainId');
    const record = await domains.attemptAffiliation(organizationId, domainId, code);
    return calls.answer(context, toAdmin(record));
  });
  return routes;
}

interface BulkResult {
  readonly data: readonly ObjectRecord[];
  readonly errors: readonly Readonly<Record<string, string>>[];
}

/** Runs the operation for each value; a failure does not stop the others. */
async function each(
  values: readonly string[],
  name: 'name' | 'id',
  act: (value: string) => Promise<ObjectRecord>,
): Promise<BulkResult> {
  const data: ObjectRecord[] = [];
  const errors: Record<string, string>[] = [];
  for (const value of values) {
    try {
      data.push(await act(value));
    } catch (error) {
      if (!(error instanceof ClerkApiError)) throw error;
      errors.push({ [name]: value, code: error.code });
    }
  }
  return { data, errors };
}
