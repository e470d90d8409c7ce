import { Hono } from 'hono';
import { z } from 'zod';
import type { Enrollments } from '../domain/organizations/enrollments.js';
import { stringList } from '../domain/shared/parameters.js';
import { countedPageOf, parseQuery } from '../http/request.js';
import { requireMember, type RequireMemberOptions } from './require-member.js';

const statusSchema = z.object({ status: stringList.optional() });

export interface EnrollmentsRoutesOptions extends RequireMemberOptions {
  readonly enrollments: Enrollments;
}

/** `/v1/organizations/:id/membership_requests`: admins decide who joins. */
export function membershipRequestsRoutes(options: EnrollmentsRoutesOptions): Hono {
  const { calls, enrollments } = options;
  const member = requireMember(options);
  const routes = new Hono();
  routes.get('/:id/membership_requests', (context) => {
    const { organizationId } = member(context, 'org:sys_memberships:manage');
    const { status } = parseQuery(context, statusSchema);
    const found = enrollments
      .requests(organizationId, status)
      .map((request) => enrollments.presentRequest(request));
    return calls.answer(context, countedPageOf(context, found));
  });
  routes.post('/:id/membership_requests/:requestId/accept', async (context) => {
    const { organizationId } = member(context, 'org:sys_memberships:manage');
    const id = context.req.param('requestId');
    const accepted = await enrollments.acceptRequest(organizationId, id);
    return calls.answer(context, enrollments.presentRequest(accepted));
  });
  routes.post('/:id/membership_requests/:requestId/reject', async (context) => {
    const { organizationId } = member(context, 'org:sys_memberships:manage');
    const id = context.req.param('requestId');
    const rejected = await enrollments.rejectRequest(organizationId, id);
    return calls.answer(context, enrollments.presentRequest(rejected));
  });
  return routes;
}

/** `/v1/me/organization_suggestions`: organizations that the user may ask to join. */
export function mySuggestionsRoutes({
  calls,
  enrollments,
}: Pick<EnrollmentsRoutesOptions, 'calls' | 'enrollments'>): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    const { userId } = calls.session(context);
    const { status } = parseQuery(context, statusSchema);
    const found = enrollments
      .suggestions(userId, status)
      .map((suggestion) => enrollments.presentSuggestion(suggestion));
    return calls.answer(context, countedPageOf(context, found));
  });
  routes.post('/:id/accept', async (context) => {
    const { userId } = calls.session(context);
    const accepted = await enrollments.acceptSuggestion(context.req.param('id'), userId);
    return calls.answer(context, enrollments.presentSuggestion(accepted));
  });
  return routes;
}
