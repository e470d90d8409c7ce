import type { Objects } from '../objects/objects.js';
import { ClerkApiError, invalidParameter, resourceNotFound } from '../shared/clerk-api-error.js';
import type { ObjectRecord } from '../state/records.js';
import type { Store } from '../state/store.js';
import { ids, text } from './role-records.js';
import type { Role, Roles } from './roles.js';

/** A role of a role set, as the Backend API returns it. */
export interface RoleSetItem {
  readonly object: 'role_set_item';
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly description: string | null;
  readonly members_count: number;
  readonly has_members: boolean;
  readonly created_at: number;
  readonly updated_at: number;
}

/** A role set as the Backend API returns it. Times are milliseconds since the epoch. */
export interface RoleSet {
  readonly object: 'role_set';
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly description: string | null;
  readonly roles: readonly RoleSetItem[];
  readonly default_role: RoleSetItem | null;
  readonly creator_role: RoleSetItem | null;
  readonly type: 'initial' | 'custom';
  readonly role_set_migration: null;
  readonly created_at: number;
  readonly updated_at: number;
}

/** The fields of a role set that can change. Roles are named by their keys. */
export interface RoleSetFields {
  readonly name?: string | null | undefined;
  readonly key?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly type?: 'initial' | 'custom' | null | undefined;
  readonly default_role_key?: string | null | undefined;
  readonly creator_role_key?: string | null | undefined;
}

export interface RoleSetsOptions {
  readonly store: Store;
  readonly objects: Objects;
  readonly roles: Roles;
}

/** Sets of roles, with Clerk's checks and errors. */
export class RoleSets {
  constructor(private readonly options: RoleSetsOptions) {}

  /** Lists role sets, newest first. */
  list(query = ''): RoleSet[] {
    const wanted = query.toLowerCase();
    return this.options.objects
      .list('role_set')
      .filter(
        (each) =>
          each.id === query ||
          [each['name'], each['key']].some((value) => text(value).toLowerCase().includes(wanted)),
      )
      .map((each) => this.present(each));
  }

  /** @throws {ClerkApiError} 404 */
  get(idOrKey: string): RoleSet {
    return this.present(this.record(idOrKey));
  }

  /** @throws {ClerkApiError} 422 for a taken or malformed key, and for roles that do not fit */
  async create(
    fields: RoleSetFields & { readonly name: string },
    roles: readonly string[],
  ): Promise<RoleSet> {
    const key = fields.key ?? `role_set:${fields.name.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`;
    this.requireFreeKey(key);
    const members = this.idsOf(roles);
    this.requireRoles(members, fields);
    this.takeInitial(fields);
    const record = await this.options.objects.add('role_set', {
      name: fields.name,
      key,
      description: fields.description ?? null,
      type: fields.type ?? 'custom',
      _roles: members,
      _default: this.idOf(fields.default_role_key),
      _creator: this.idOf(fields.creator_role_key),
    });
    return this.present(record);
  }

  /** @throws {ClerkApiError} like `create` */
  async update(idOrKey: string, fields: RoleSetFields): Promise<RoleSet> {
    const record = this.record(idOrKey);
    if (fields.key && fields.key !== record['key']) this.requireFreeKey(fields.key);
    this.requireRoles(ids(record['_roles']), fields);
    this.takeInitial(fields);
    const changed = await this.options.objects.update(record, {
      ...(fields.name ? { name: fields.name } : {}),
      ...(fields.key ? { key: fields.key } : {}),
      ...(fields.description === undefined ? {} : { description: fields.description }),
      ...(fields.type ? { type: fields.type } : {}),
      ...(fields.default_role_key ? { _default: this.idOf(fields.default_role_key) } : {}),
      ...(fields.creator_role_key ? { _creator: this.idOf(fields.creator_role_key) } : {}),
    });
    return this.present(changed);
  }

  async addRoles(
    idOrKey: string,
    roles: readonly string[],
    fields: RoleSetFields,
  ): Promise<RoleSet> {
    const record = this.record(idOrKey);
    const members = [...new Set([...ids(record['_roles']), ...this.idsOf(roles)])];
    await this.options.objects.update(record, { _roles: members });
    return this.update(record.id, fields);
  }

  /** Replaces a role of the set by another one, even if it is the default or the creator's. */
  async replaceRole(idOrKey: string, from: string, to: string): Promise<RoleSet> {
    const record = this.record(idOrKey);
    const [old, replacement] = [this.idOf(from), this.idOf(to)];
    if (!ids(record['_roles']).includes(old ?? '')) throw notInSet('role_key', from);
    const swap = (id: unknown): unknown => (id === old ? replacement : id);
    const changed = await this.options.objects.update(record, {
      _roles: [...new Set(ids(record['_roles']).map(swap))],
      _default: swap(record['_default']),
      _creator: swap(record['_creator']),
    });
    return this.present(changed);
  }

  /**
   * Deletes a role set in favour of another one.
   *
   * @throws {ClerkApiError} 404 for an unknown set, and 400 if both are the same
   */
  replace(idOrKey: string, destination: string): Promise<object> {
    const record = this.record(idOrKey);
    if (this.record(destination).id === record.id) {
      throw new ClerkApiError(400, 'role_set_replace_with_itself', 'same role set');
    }
    return this.options.objects.delete('role_set', record.id);
  }

  /** At most one set is the initial one. */
  private takeInitial({ type }: RoleSetFields): void {
    if (type !== 'initial') return;
    const { objects, store } = this.options;
    for (const each of objects.list('role_set')) {
      store.objects.set(each.id, { ...each, type: 'custom' });
    }
  }

  private requireRoles(members: readonly string[], fields: RoleSetFields): void {
    for (const name of ['default_role_key', 'creator_role_key'] as const) {
      const key = fields[name];
      if (key && !members.includes(this.idOf(key) ?? '')) throw notInSet(name, key);
    }
    const creator = fields.creator_role_key;
    if (creator && !this.options.roles.get(creator).is_creator_eligible) {
      throw invalidParameter(
        'creator_role_key',
        'form_param_value_invalid',
        'is not allowed',
        `The role ${creator} lacks the permissions that an organization's creator needs.`,
      );
    }
  }

  private requireFreeKey(key: string): void {
    if (!/^role_set:[a-z0-9_]+$/.test(key)) {
      throw invalidParameter('key', 'form_param_format_invalid', 'is invalid');
    }
    if (!this.options.objects.list('role_set').some((each) => each['key'] === key)) return;
    throw invalidParameter('key', 'form_identifier_exists', 'That key is taken.');
  }

  private record(idOrKey: string): ObjectRecord {
    const record = this.options.objects
      .list('role_set')
      .find((each) => each.id === idOrKey || each['key'] === idOrKey);
    if (record) return record;
    throw resourceNotFound(`No role set was found with id ${idOrKey}`);
  }

  private idsOf(keys: readonly string[]): string[] {
    return keys.map((key) => this.options.roles.get(key).id);
  }

  private idOf(key: string | null | undefined): string | null {
    return key ? this.options.roles.get(key).id : null;
  }

  private present(record: ObjectRecord): RoleSet {
    const roles = this.options.roles.list();
    const item = (id: unknown): RoleSetItem | null => {
      const role = roles.find((each) => each.id === id);
      return role === undefined ? null : this.item(role);
    };
    return {
      object: 'role_set',
      id: record.id,
      name: text(record['name']),
      key: text(record['key']),
      description: typeof record['description'] === 'string' ? record['description'] : null,
      // A role that was deleted in the meantime is no longer in its sets.
      roles: ids(record['_roles']).flatMap((id) => item(id) ?? []),
      default_role: item(record['_default']),
      creator_role: item(record['_creator']),
      type: record['type'] === 'initial' ? 'initial' : 'custom',
      role_set_migration: null,
      created_at: Number(record['created_at']),
      updated_at: Number(record['updated_at']),
    };
  }

  private item({ id, name, key, description, created_at, updated_at }: Role): RoleSetItem {
    const members = [...this.options.store.memberships.values()].filter(({ role }) => role === key);
    return {
      object: 'role_set_item',
      id,
      name,
      key,
      description,
      members_count: members.length,
      has_members: members.length > 0,
      created_at,
      updated_at,
    };
  }
}

function notInSet(name: string, key: string): ClerkApiError {
  return invalidParameter(
    name,
    'form_param_value_invalid',
    'is not in the role set',
    `The role set does not contain the role ${key}.`,
  );
}
