import { ClerkApiError, resourceNotFound } from '../shared/clerk-api-error.js';
import type { ObjectRecord } from '../state/records.js';
import type { EmitEvent } from '../state/webhook-records.js';
import type { Store } from '../state/store.js';
import type { Objects } from '../objects/objects.js';
import { ids, matches, requireFreeKey, text } from './role-records.js';

/** The permissions that every instance has, with their names. */
const systemPermissions: Readonly<Record<string, string>> = {
  'org:sys_profile:manage': 'Manage organization',
  'org:sys_profile:delete': 'Delete organization',
  'org:sys_memberships:read': 'Read members',
  'org:sys_memberships:manage': 'Manage members',
  'org:sys_domains:read': 'Read domains',
  'org:sys_domains:manage': 'Manage domains',
};

const permissionPattern = /^org:[a-z0-9_]+:[a-z0-9_]+$/;

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

/** The fields of a new permission, and those of a permission that can change. */
export interface PermissionFields {
  readonly name?: string | undefined;
  readonly key?: string | undefined;
  readonly description?: string | undefined;
}

export interface PermissionsOptions {
  readonly store: Store;
  readonly objects: Objects;
  readonly emit: EmitEvent;
}

/** The permissions of roles, with Clerk's errors and events. */
export class Permissions {
  constructor(private readonly options: PermissionsOptions) {
    const { objects } = options;
    if (objects.list('permission').length > 0) return;
    for (const [key, name] of Object.entries(systemPermissions)) {
      objects.put('permission', { name, key, description: '', type: 'system' });
    }
  }

  /** Lists permissions, newest first. */
  list(query = ''): Permission[] {
    return this.options.objects
      .list('permission')
      .filter((record) => matches(record, query))
      .map(toPermission);
  }

  /** @throws {ClerkApiError} 404 */
  get(idOrKey: string): Permission {
    const found = this.list().find(({ id, key }) => id === idOrKey || key === idOrKey);
    if (found) return found;
    throw resourceNotFound(`No permission was found with id ${idOrKey}`);
  }

  /** @throws {ClerkApiError} 422 for a taken or malformed key */
  async create(
    fields: PermissionFields & { readonly name: string; readonly key: string },
  ): Promise<Permission> {
    requireFreeKey(this.options.objects, fields.key, permissionPattern);
    const record = await this.options.objects.add('permission', {
      name: fields.name,
      key: fields.key,
      description: fields.description ?? '',
      type: 'user',
    });
    return this.announce('permission.created', record);
  }

  /** @throws {ClerkApiError} 403 for a permission that every instance has */
  async update(id: string, fields: PermissionFields): Promise<Permission> {
    const record = this.editable(id);
    if (fields.key !== undefined && fields.key !== record['key']) {
      requireFreeKey(this.options.objects, fields.key, permissionPattern);
    }
    const changed = await this.options.objects.update(record, {
      ...(fields.name === undefined ? {} : { name: fields.name }),
      ...(fields.key === undefined ? {} : { key: fields.key }),
      ...(fields.description === undefined ? {} : { description: fields.description }),
    });
    return this.announce('permission.updated', changed);
  }

  /** Also revokes the permission from all roles. */
  async delete(id: string): Promise<object> {
    const { objects, emit, store } = this.options;
    const record = this.editable(id);
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

  private editable(id: string): ObjectRecord {
    const { id: found, type, key } = this.get(id);
    if (type === 'user') return this.options.objects.get('permission', found);
    throw new ClerkApiError(
      403,
      'organization_system_permission_not_modifiable',
      'not modifiable',
      {
        longMessage: `Every instance has the permission ${key}: it cannot change.`,
      },
    );
  }

  private async announce(
    type: 'permission.created' | 'permission.updated',
    record: ObjectRecord,
  ): Promise<Permission> {
    const permission = toPermission(record);
    this.options.emit(type, permission);
    await this.options.store.commit();
    return permission;
  }
}

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
