import type { Context } from 'hono';
import type { Organizations } from '../domain/organizations/organizations.js';
import type { Roles } from '../domain/organizations/roles.js';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';
import type { MembershipRecord } from '../domain/state/organization-records.js';
import type { ClientCalls } from './client-calls.js';

export interface RequireMemberOptions {
  readonly calls: ClientCalls;
  readonly organizations: Organizations;
  readonly roles: Roles;
}

/**
 * Returns the caller's membership in the organization that the path names (`:id`).
 *
 * @throws {ClerkApiError} 404 unless the caller is a member, 403 without the permission
 */
export type RequireMember = (context: Context, permission?: string) => MembershipRecord;

/** Creates the check of the routes below `/v1/organizations/:id`. */
export function requireMember({
  calls,
  organizations,
  roles,
}: RequireMemberOptions): RequireMember {
  return (context, permission) => {
    const { userId } = calls.session(context);
    const membership = organizations.members.require(context.req.param('id') ?? '', userId);
    if (permission === undefined) return membership;
    if (roles.permissionsOf(membership.role).includes(permission)) return membership;
    throw new ClerkApiError(403, 'missing_organization_permission', 'missing permission', {
      longMessage: `The current user is missing the permission ${permission}.`,
      meta: { permissions: [permission] },
    });
  };
}
