import { resourceNotFound } from '../shared/clerk-api-error.js';

/** The roles that every Clerk instance has at first, with their permissions. */
const roles: Readonly<
  Record<string, { readonly name: string; readonly permissions: readonly string[] }>
> = {
  'org:admin': {
    name: 'Admin',
    permissions: [
      'org:sys_profile:manage',
      'org:sys_profile:delete',
      'org:sys_memberships:read',
      'org:sys_memberships:manage',
      'org:sys_domains:read',
      'org:sys_domains:manage',
    ],
  },
  'org:member': { name: 'Member', permissions: ['org:sys_memberships:read'] },
};

/** The role of an organization's creator. */
export const adminRole = 'org:admin';

/** @throws {ClerkApiError} 404 for an unknown role */
export function requireRole(role: string): string {
  if (Object.hasOwn(roles, role)) return role;
  throw resourceNotFound(`No role was found with key ${role}. Use org:admin or org:member.`);
}

/** Returns the permissions of a role. */
export function permissionsOf(role: string): readonly string[] {
  return roles[role]?.permissions ?? [];
}

/** Returns the display name of a role. */
export function roleName(role: string): string {
  return roles[role]?.name ?? role;
}
