import { ClerkApiError, invalidParameter } from '../shared/clerk-api-error.js';
import type { OrganizationRecord } from '../state/organization-records.js';
import { mergeMetadata } from '../users/user-changes.js';
import { selected } from '../users/user-query.js';
import { Memberships, type MembershipsOptions } from './memberships.js';
import { OrganizationDirectory } from './organization-directory.js';
import type { Organization } from './organization-resource.js';

export type OrganizationsOptions = Omit<MembershipsOptions, 'directory'>;

type Metadata = Record<string, unknown>;

/** The fields of a new organization. */
export interface NewOrganization {
  readonly id?: string | undefined;
  readonly name: string;
  readonly slug?: string | null | undefined;
  readonly createdBy?: string | null | undefined;
  readonly publicMetadata?: Metadata | undefined;
  readonly privateMetadata?: Metadata | undefined;
  readonly maxAllowedMemberships?: number | null | undefined;
  /** Milliseconds since the epoch. Defaults to now. */
  readonly createdAt?: number;
}

/** The fields of an organization that can change. */
export type OrganizationChange = Partial<
  Pick<
    OrganizationRecord,
    | 'name'
    | 'slug'
    | 'imageUrl'
    | 'maxAllowedMemberships'
    | 'adminDeleteEnabled'
    | 'publicMetadata'
    | 'privateMetadata'
    | 'createdAt'
  >
>;

interface DeletedOrganization {
  readonly object: 'organization';
  readonly id: string;
  readonly slug: string;
  readonly deleted: true;
}

/** The operations on organizations, with Clerk's errors and events. */
export class Organizations {
  readonly members: Memberships;
  private readonly directory: OrganizationDirectory;

  constructor(private readonly options: OrganizationsOptions) {
    this.directory = new OrganizationDirectory(options.store, options.imageUrl, options.now);
    this.members = new Memberships({ ...options, directory: this.directory });
  }

  /** Creates an organization. Its creator becomes its first admin. The slug must be free. */
  async create(fields: NewOrganization): Promise<Organization> {
    const { store, users, now, emit } = this.options;
    requirePlainName(fields.name);
    const createdBy = fields.createdBy ?? null;
    if (createdBy !== null && !users.has(createdBy)) throw creatorNotFound(createdBy);
    const id = fields.id ?? store.ids.next('org');
    if (fields.slug) this.directory.requireFreeSlug(fields.slug);
    store.organizations.set(id, {
      id,
      imageUrl: null,
      name: fields.name,
      slug: fields.slug ?? this.directory.freeSlug(fields.name),
      maxAllowedMemberships: fields.maxAllowedMemberships ?? store.settings.maxAllowedMemberships,
      adminDeleteEnabled: store.settings.adminDeleteEnabled,
      publicMetadata: fields.publicMetadata ?? {},
      privateMetadata: fields.privateMetadata ?? {},
      createdBy,
      createdAt: fields.createdAt ?? now(),
      updatedAt: now(),
    });
    emit('organization.created', this.get(id));
    if (createdBy !== null) {
      await this.members.add(id, { userId: createdBy, role: store.settings.creatorRole });
    }
    await store.commit();
    return this.get(id);
  }

  /** @param idOrSlug as in `GET /v1/organizations/:id` */
  get(idOrSlug: string): Organization {
    return this.directory.present(this.directory.record(idOrSlug));
  }

  /** Lists organizations, newest first. */
  list(filter: {
    readonly query?: string | undefined;
    readonly userIds?: readonly string[] | undefined;
    /** A `-` before an id excludes that organization. */
    readonly ids?: readonly string[] | undefined;
  }): Organization[] {
    const wanted = filter.query?.toLowerCase();
    const { organizations, memberships } = this.options.store;
    return [...organizations.values()]
      .filter(({ id }) => selected(filter.ids, [id]))
      .filter(
        ({ id, name, slug }) =>
          wanted === undefined ||
          [id.toLowerCase(), name.toLowerCase(), slug].some((text) => text.includes(wanted)),
      )
      .filter(
        ({ id }) =>
          filter.userIds === undefined ||
          [...memberships.values()].some(
            (membership) =>
              membership.organizationId === id && filter.userIds?.includes(membership.userId),
          ),
      )
      .reverse()
      .map((record) => this.directory.present(record));
  }

  async update(idOrSlug: string, change: OrganizationChange): Promise<Organization> {
    const record = this.directory.record(idOrSlug);
    if (change.name !== undefined) requirePlainName(change.name);
    if (change.slug !== undefined && change.slug !== record.slug)
      this.directory.requireFreeSlug(change.slug);
    return this.save({ ...record, ...change });
  }

  /** Merges metadata deeply, or replaces each kind that is given. */
  async changeMetadata(
    idOrSlug: string,
    fields: {
      readonly public_metadata?: Metadata | undefined;
      readonly private_metadata?: Metadata | undefined;
    },
    mode: 'merge' | 'replace',
  ): Promise<Organization> {
    const record = this.directory.record(idOrSlug);
    const { publicMetadata, privateMetadata } = record;
    return this.save(
      mode === 'merge'
        ? {
            ...record,
            publicMetadata: mergeMetadata('public_metadata', publicMetadata, fields),
            privateMetadata: mergeMetadata('private_metadata', privateMetadata, fields),
          }
        : {
            ...record,
            publicMetadata: fields.public_metadata ?? publicMetadata,
            privateMetadata: fields.private_metadata ?? privateMetadata,
          },
    );
  }

  /** Deletes an organization with its memberships. */
  async delete(idOrSlug: string): Promise<DeletedOrganization> {
    const { store, emit } = this.options;
    const { id, slug } = this.directory.record(idOrSlug);
    for (const membership of store.memberships.values()) {
      if (membership.organizationId === id) store.memberships.delete(membership.id);
    }
    for (const session of store.sessions.values()) {
      if (session.organizationId === id) {
        store.sessions.set(session.id, { ...session, organizationId: null });
      }
    }
    for (const object of store.objects.values()) {
      if (object['organization_id'] === id) store.objects.delete(object.id);
    }
    store.organizations.delete(id);
    const deleted = { object: 'organization', id, slug, deleted: true } as const;
    emit('organization.deleted', deleted);
    await store.commit();
    return deleted;
  }

  private async save(record: OrganizationRecord): Promise<Organization> {
    const { store, now, emit } = this.options;
    const saved = { ...record, updatedAt: Math.max(now(), record.updatedAt + 1) };
    store.organizations.set(saved.id, saved);
    const organization = this.directory.present(saved);
    emit('organization.updated', organization);
    await store.commit();
    return organization;
  }
}

function creatorNotFound(id: string): ClerkApiError {
  return new ClerkApiError(400, 'organization_creator_not_found', 'creator not found', {
    longMessage: `No users found with id ${id}.`,
  });
}

/** @throws {ClerkApiError} 422 for a name with a URL or HTML, which Clerk does not allow */
function requirePlainName(name: string): void {
  if (!/https?:\/\/|\bwww\.|<\/?[a-z][^>]*>/i.test(name)) return;
  throw invalidParameter(
    'name',
    'form_param_value_invalid',
    'is invalid',
    'The name may not contain URLs or HTML.',
  );
}
