import { ClerkApiError, invalidParameter, resourceNotFound } from '../shared/clerk-api-error.js';
import type { ObjectRecord } from '../state/records.js';
import type { EmitEvent } from '../state/webhook-records.js';
import type { Store } from '../state/store.js';
import type { Objects } from '../objects/objects.js';

/** The role of an organization's creator. */
export const adminRole = 'org:admin';
const memberRole = 'org:member';

/** The permissions that every instance has, with their names. */
const systemPermissions: Readonly<Record<string, string>> = {
  'org:sys_profile:manage': 'Manage organization',
  'org:sys_profile:delete': 'Delete organization',
  'org:sys_memberships:read': 'Read members',
  'org:sys_memberships:manage': 'Manage members',
  'org:sys_domains:read': 'Read domains',
  'org:sys_domains:manage': 'Manage domains',
};

/** The permissions that an organization's creator must have. */
const creatorPermissions = [
  'org:sys_memberships:read',
  'org:sys_memberships:manage',
  'org:sys_profile:delete',
];

/** A permission as the Backend API returns it. Times are milliseconds since the epoch. */
export interface Permission {
  readonly object: 'permission';
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly description: string;
  readonly type: 'system' | 'user';
  readonly created_at: number;
  readonly updated_at: number;
}

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

/** The fields of a new permission, and those of a permission that can change. */
export interface PermissionFields {
  readonly name?: string | undefined;
  readonly key?: string | undefined;
  readonly description?: string | undefined;
}

export interface RolesOptions {
  readonly store: Store;
  readonly objects: Objects;
  readonly emit: EmitEvent;
}

/** The roles of members and their permissions, with Clerk's errors and events. */
export class Roles {
  constructor(private readonly options: RolesOptions) {
    const { objects } = options;
    if (objects.list('role').length > 0) return;
    for (const [key, name] of Object.entries(systemPermissions)) {
      objects.put('permission', { name, key, description: '', type: 'system' });
    }
    const permissions = (keys: readonly string[]): string[] =>
      keys.map((key) => this.permission(key).id);
    objects.put('role', {
      name: 'Admin',
      key: adminRole,
      description: 'Role with elevated permissions',
      _permissions: permissions(Object.keys(systemPermissions)),
    });
    objects.put('role', {
      name: 'Member',
      key: memberRole,
      description: 'Role with non-privileged permissions',
      _permissions: permissions(['org:sys_memberships:read']),
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
    this.requireFreeKey(fields.key, rolePattern);
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
      this.requireFreeKey(fields.key, rolePattern);
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

  /** @throws {ClerkApiError} 400 for a role that members have or that the settings name */
  async delete(id: string): Promise<object> {
    const { objects, store, emit } = this.options;
    const { key, id: roleId } = this.get(id);
    const used =
      [...store.memberships.values()].some(({ role }) => role === key) ||
      [store.settings.creatorRole, store.settings.domainsDefaultRole].includes(key);
    if (used) throw roleInUse(key);
    const deleted = await objects.delete('role', roleId);
    emit('role.deleted', deleted);
    await store.commit();
    return deleted;
  }

  /** Grants a permission to a role, or revokes it. */
  async assign(id: string, permissionId: string, assigned: boolean): Promise<Role> {
    const permission = this.permission(permissionId).id;
    const others = ids(this.record(id)['_permissions']).filter((each) => each !== permission);
    return this.update(id, { permissions: assigned ? [...others, permission] : others });
  }

  /** Lists permissions, newest first. */
  permissions(query = ''): Permission[] {
    return this.options.objects
      .list('permission')
      .filter((record) => matches(record, query))
      .map(toPermission);
  }

  /** @throws {ClerkApiError} 404 */
  permission(idOrKey: string): Permission {
    const found = this.permissions().find(({ id, key }) => id === idOrKey || key === idOrKey);
    if (found) return found;
    throw resourceNotFound(`No permission was found with id ${idOrKey}`);
  }

  /** @throws {ClerkApiError} 422 for a taken or malformed key */
  async createPermission(
    fields: PermissionFields & { readonly name: string; readonly key: string },
  ): Promise<Permission> {
    this.requireFreeKey(fields.key, permissionPattern);
    const record = await this.options.objects.add('permission', {
      name: fields.name,
      key: fields.key,
      description: fields.description ?? '',
      type: 'user',
    });
    return this.announcePermission('permission.created', record);
  }

  /** @throws {ClerkApiError} 403 for a permission that every instance has */
  async updatePermission(id: string, fields: PermissionFields): Promise<Permission> {
    const record = this.ownPermission(id);
    if (fields.key !== undefined && fields.key !== record['key']) {
      this.requireFreeKey(fields.key, permissionPattern);
    }
    const changed = await this.options.objects.update(record, {
      ...(fields.name === undefined ? {} : { name: fields.name }),
      ...(fields.key === undefined ? {} : { key: fields.key }),
      ...(fields.description === undefined ? {} : { description: fields.description }),
    });
    return this.announcePermission('permission.updated', changed);
  }

  /** Also revokes the permission from all roles. */
  async deletePermission(id: string): Promise<object> {
    const { objects, emit, store } = this.options;
    const record = this.ownPermission(id);
    for (const role of objects.list('role')) {
      const held = ids(role['_permissions']);
      if (!held.includes(record.id)) continue;
      await objects.update(role, { _permissions: held.filter((each) => each !== record.id) });
    }
    const deleted = await objects.delete('permission', record.id);
    emit('permission.deleted', deleted);
    await store.commit();
    return deleted;
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

  private ownPermission(id: string): ObjectRecord {
    const { id: found, type, key } = this.permission(id);
    if (type === 'user') return this.options.objects.get('permission', found);
    throw new ClerkApiError(403, 'system_permission_not_editable', 'not editable', {
      longMessage: `Every instance has the permission ${key}: it cannot change.`,
    });
  }

  private idsOf(permissions: readonly string[]): string[] {
    return permissions.map((idOrKey) => this.permission(idOrKey).id);
  }

  private requireFreeKey(key: string, pattern: RegExp): void {
    if (!pattern.test(key)) {
      throw invalidParameter('key', 'form_param_format_invalid', 'is invalid');
    }
    const taken = [
      ...this.options.objects.list('role'),
      ...this.options.objects.list('permission'),
    ];
    if (!taken.some((each) => each['key'] === key)) return;
    throw invalidParameter('key', 'form_identifier_exists', 'That key is taken.');
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

  private async announcePermission(
    type: 'permission.created' | 'permission.updated',
    record: ObjectRecord,
  ): Promise<Permission> {
    const permission = toPermission(record);
    this.options.emit(type, permission);
    await this.options.store.commit();
    return permission;
  }

  private toRole(record: ObjectRecord): Role {
    const held = ids(record['_permissions']);
    const permissions = this.permissions().filter(({ id }) => held.includes(id));
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
const permissionPattern = /^org:[a-z0-9_]+:[a-z0-9_]+$/;

function toPermission(record: ObjectRecord): Permission {
  return {
    object: 'permission',
    id: record.id,
    name: text(record['name']),
    key: text(record['key']),
    description: text(record['description']),
    type: record['type'] === 'system' ? 'system' : 'user',
    created_at: Number(record['created_at']),
    updated_at: Number(record['updated_at']),
  };
}

function matches(record: ObjectRecord, query: string): boolean {
  const wanted = query.toLowerCase();
  return [record.id, record['name'], record['key']].some((value) =>
    text(value).toLowerCase().includes(wanted),
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function ids(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function roleInUse(key: string): ClerkApiError {
  return new ClerkApiError(400, 'organization_role_in_use', 'role in use', {
    longMessage: `The role ${key} has members, or is a default of the instance.`,
  });
}

/** The claims of a session token about the permissions in the active organization. */
export interface PermissionClaims {
  /** The features of the organization, as `o:invoices,o:reports`. */
  readonly fea?: string;
  /** The permissions without their feature, as `read,manage`. */
  readonly per?: string;
  /** For each feature, which of the permissions the role has, as bits. */
  readonly fpm?: string;
}

/** Encodes the permissions that the instance defines. Clerk's own are not part of tokens. */
export function permissionClaims(keys: readonly string[]): PermissionClaims {
  const own = keys
    .filter((key) => !key.startsWith('org:sys_'))
    .map((key) => key.split(':'))
    .map(([, feature = '', action = '']) => ({ feature, action }));
  if (own.length === 0) return {};
  const features = [...new Set(own.map(({ feature }) => feature))].sort();
  const actions = [...new Set(own.map(({ action }) => action))].sort();
  const bits = features.map((feature) =>
    own
      .filter((each) => each.feature === feature)
      .reduce((sum, { action }) => sum + 2 ** actions.indexOf(action), 0),
  );
  return {
    fea: features.map((feature) => `o:${feature}`).join(),
    per: actions.join(),
    fpm: bits.join(),
  };
}
