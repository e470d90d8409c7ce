import { ClerkApiError, resourceNotFound } from '../shared/clerk-api-error.js';
import type { ObjectRecord } from '../state/records.js';
import type { EmitEvent } from '../state/webhook-records.js';
import type { Store } from '../state/store.js';
import type { Objects } from '../objects/objects.js';
import { ticketStatus } from '../objects/tickets.js';
import type { Clock } from '../shared/ports.js';
import { type Permission, Permissions } from './permissions.js';
import { ids, matches, requireFreeKey, text } from './role-records.js';

/** The role of an organization's creator. */
const adminRole = 'org:admin';
const memberRole = 'org:member';

/** The permissions that an organization's creator must have. */
export const creatorPermissions = [
  'org:sys_memberships:read',
  'org:sys_memberships:manage',
  'org:sys_profile:delete',
];

/** A role as the Backend API returns it. Times are milliseconds since the epoch. */
export interface Role {
  readonly object: 'role';
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly description: string | null;
  readonly is_creator_eligible: boolean;
  readonly permissions: readonly Permission[];
  readonly created_at: number;
  readonly updated_at: number;
}

/** The fields of a new role, and those of a role that can change. */
export interface RoleFields {
  readonly name?: string | undefined;
  readonly key?: string | undefined;
  readonly description?: string | null | undefined;
  /** Ids or keys of permissions. */
  readonly permissions?: readonly string[] | undefined;
}

export interface RolesOptions {
  readonly store: Store;
  readonly objects: Objects;
  readonly emit: EmitEvent;
  readonly now: Clock;
}

/** The roles of members, with Clerk's errors and events. */
export class Roles {
  readonly permissions: Permissions;

  constructor(private readonly options: RolesOptions) {
    const { objects } = options;
    this.permissions = new Permissions(options);
    if (objects.list('role').length > 0) return;
    objects.put('role', {
      name: 'Admin',
      key: adminRole,
      description: 'Role with elevated permissions',
      _permissions: this.permissions.list().map(({ id }) => id),
    });
    objects.put('role', {
      name: 'Member',
      key: memberRole,
      description: 'Role with non-privileged permissions',
      _permissions: this.idsOf(['org:sys_memberships:read']),
    });
  }

  /** Lists roles, newest first. */
  list(query = ''): Role[] {
    return this.options.objects
      .list('role')
      .filter((record) => matches(record, query))
      .map((record) => this.toRole(record));
  }

  get(idOrKey: string): Role {
    return this.toRole(this.record(idOrKey));
  }

  /** @throws {ClerkApiError} 422 for a taken or malformed key, 404 for an unknown permission */
  async create(
    fields: RoleFields & { readonly name: string; readonly key: string },
  ): Promise<Role> {
    requireFreeKey(this.options.objects, fields.key, rolePattern);
    const record = await this.options.objects.add('role', {
      name: fields.name,
      key: fields.key,
      description: fields.description ?? null,
      _permissions: this.idsOf(fields.permissions ?? []),
    });
    return this.announce('role.created', record);
  }

  /** Also renames the role of its members, if the key changes. */
  async update(id: string, fields: RoleFields): Promise<Role> {
    const { objects, store } = this.options;
    const record = this.record(id);
    const old = text(record['key']);
    if (fields.key !== undefined && fields.key !== old) {
      requireFreeKey(this.options.objects, fields.key, rolePattern);
      for (const membership of store.memberships.values()) {
        if (membership.role !== old) continue;
        store.memberships.set(membership.id, { ...membership, role: fields.key });
      }
    }
    const changed = await objects.update(record, {
      ...(fields.name === undefined ? {} : { name: fields.name }),
      ...(fields.key === undefined ? {} : { key: fields.key }),
      ...(fields.description === undefined ? {} : { description: fields.description }),
      ...(fields.permissions === undefined ? {} : { _permissions: this.idsOf(fields.permissions) }),
    });
    return this.announce('role.updated', changed);
  }

  /** @throws {ClerkApiError} 422 for a role that members or invitations have, or a default role */
  async delete(id: string): Promise<object> {
    const { objects, store, emit } = this.options;
    const { key, id: roleId } = this.get(id);
    this.requireUnused(key);
    const deleted = await objects.delete('role', roleId);
    emit('role.deleted', deleted);
    await store.commit();
    return deleted;
  }

  private requireUnused(key: string): void {
    const { objects, store, now } = this.options;
    const { creatorRole, domainsDefaultRole } = store.settings;
    if (creatorRole === key) throw roleInUse('default_creator_role', key, 'of creators');
    if (domainsDefaultRole === key) throw roleInUse('domain_default_role', key, 'of domains');
    if ([...store.memberships.values()].some(({ role }) => role === key)) {
      throw roleInUse('assigned_members', key, 'of members');
    }
    const isInvited = objects
      .list('organization_invitation')
      .some((each) => each['role'] === key && ticketStatus(each, now()) === 'pending');
    if (isInvited) throw roleInUse('exists_in_invitations', key, 'of pending invitations');
  }

  /** Grants a permission to a role. */
  async grant(id: string, permissionId: string): Promise<Role> {
    const permission = this.permissions.get(permissionId).id;
    return this.update(id, {
      permissions: [...this.permissionsExcept(id, permission), permission],
    });
  }

  /** Revokes a permission of a role. */
  async revoke(id: string, permissionId: string): Promise<Role> {
    const permission = this.permissions.get(permissionId).id;
    return this.update(id, { permissions: this.permissionsExcept(id, permission) });
  }

  /** @throws {ClerkApiError} 404 for an unknown role */
  require(key: string): string {
    const role = this.options.objects.list('role').find((each) => each['key'] === key);
    if (role) return key;
    throw resourceNotFound(`No role was found with key ${key}.`);
  }

  /** Returns the keys of a role's permissions. */
  permissionsOf(key: string): string[] {
    return this.find(key)?.permissions.map((permission) => permission.key) ?? [];
  }

  /** Returns the display name of a role. */
  nameOf(key: string): string {
    return this.find(key)?.name ?? key;
  }

  private find(key: string): Role | undefined {
    const record = this.options.objects.list('role').find((each) => each['key'] === key);
    return record && this.toRole(record);
  }

  private record(idOrKey: string): ObjectRecord {
    const record = this.options.objects
      .list('role')
      .find((each) => each.id === idOrKey || each['key'] === idOrKey);
    if (record) return record;
    throw resourceNotFound(`No role was found with id ${idOrKey}`);
  }

  private permissionsExcept(id: string, permission: string): string[] {
    return ids(this.record(id)['_permissions']).filter((each) => each !== permission);
  }

  private idsOf(permissions: readonly string[]): string[] {
    return permissions.map((idOrKey) => this.permissions.get(idOrKey).id);
  }

  private async announce(
    type: 'role.created' | 'role.updated',
    record: ObjectRecord,
  ): Promise<Role> {
    const role = this.toRole(record);
    this.options.emit(type, role);
    await this.options.store.commit();
    return role;
  }

  private toRole(record: ObjectRecord): Role {
    const held = ids(record['_permissions']);
    const permissions = this.permissions.list().filter(({ id }) => held.includes(id));
    const keys = permissions.map(({ key }) => key);
    return {
      object: 'role',
      id: record.id,
      name: text(record['name']),
      key: text(record['key']),
      description: typeof record['description'] === 'string' ? record['description'] : null,
      is_creator_eligible: creatorPermissions.every((key) => keys.includes(key)),
      permissions,
      created_at: Number(record['created_at']),
      updated_at: Number(record['updated_at']),
    };
  }
}

const rolePattern = /^org:[a-z0-9_]+$/;

/** @param use the end of Clerk's error code */
function roleInUse(
  use:
    'assigned_members' | 'default_creator_role' | 'domain_default_role' | 'exists_in_invitations',
  key: string,
  whose: string,
): ClerkApiError {
  return new ClerkApiError(422, `organization_role_${use}`, 'role in use', {
    longMessage: `The role ${key} is a role ${whose}, so it cannot be deleted.`,
  });
}
