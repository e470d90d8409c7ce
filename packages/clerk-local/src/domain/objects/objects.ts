import { resourceNotFound } from '../shared/clerk-api-error.js';
import type { Clock } from '../shared/ports.js';
import type { IdPrefix } from '../shared/ids.js';
import type { ObjectRecord } from '../state/records.js';
import type { Store } from '../state/store.js';

export interface ObjectsOptions {
  readonly store: Store;
  readonly now: Clock;
}

/** The kinds of simple objects, with the prefix of their ids. */
const prefixes = {
  actor_token: 'act',
  agent_task: 'agt',
  allowlist_identifier: 'alid',
  blocklist_identifier: 'blid',
  domain: 'dmn',
  invitation: 'inv',
  jwt_template: 'jtmp',
  organization_domain: 'orgdmn',
  organization_invitation: 'orginv',
  organization_membership_request: 'orgmemreq',
  organization_suggestion: 'orgsug',
  permission: 'perm',
  proxy_check: 'proxchk',
  redirect_url: 'ru',
  role: 'role',
  role_set: 'rset',
  sign_in_token: 'sit',
  waitlist_entry: 'wle',
} as const satisfies Record<string, IdPrefix>;
export type ObjectKind = keyof typeof prefixes;

/** The response to a deletion. */
export interface DeletedObject {
  readonly object: string;
  readonly id: string;
  readonly deleted: true;
}

/**
 * Objects that are stored in the form in which the Backend API returns them. Members whose name
 * begins with `_` are internal: `present` removes them.
 */
export class Objects {
  constructor(private readonly options: ObjectsOptions) {}

  /** Lists the objects of a kind, newest first. */
  list(kind: ObjectKind): ObjectRecord[] {
    return [...this.options.store.objects.values()]
      .filter(({ object }) => object === kind)
      .reverse();
  }

  /** @throws {ClerkApiError} 404 */
  get(kind: ObjectKind, id: string): ObjectRecord {
    const object = this.options.store.objects.get(id);
    if (object?.object === kind) return object;
    throw resourceNotFound(`No ${kind.replaceAll('_', ' ')} was found with id ${id}`);
  }

  async add(kind: ObjectKind, fields: Readonly<Record<string, unknown>>): Promise<ObjectRecord> {
    const record = this.put(kind, fields);
    await this.options.store.commit();
    return record;
  }

  /** Like `add`, but the caller commits the store. */
  put(kind: ObjectKind, fields: Readonly<Record<string, unknown>>): ObjectRecord {
    const { store, now } = this.options;
    const times = { created_at: now(), updated_at: now() };
    const id = store.ids.next(prefixes[kind]);
    const record = { object: kind, id, ...fields, ...times };
    store.objects.set(id, record);
    return record;
  }

  async update(
    record: ObjectRecord,
    change: Readonly<Record<string, unknown>>,
  ): Promise<ObjectRecord> {
    return this.save({ ...record, ...change, updated_at: this.options.now() });
  }

  async delete(kind: ObjectKind, id: string): Promise<DeletedObject> {
    this.get(kind, id);
    this.options.store.objects.delete(id);
    await this.options.store.commit();
    return { object: kind, id, deleted: true };
  }

  private async save(record: ObjectRecord): Promise<ObjectRecord> {
    this.options.store.objects.set(record.id, record);
    await this.options.store.commit();
    return record;
  }
}

/** Returns an object without its internal members. */
export function present(record: ObjectRecord): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !name.startsWith('_')));
}
