import { ClerkApiError, invalidParameter, resourceNotFound } from '../shared/clerk-api-error.js';
import type { Clock } from '../shared/ports.js';
import type { EmitEvent, MembershipRecord, OrganizationRecord } from '../state/records.js';
import type { Store } from '../state/store.js';
import { mergeMetadata } from '../users/user-changes.js';
import type { UserDirectory } from '../users/user-directory.js';
import { listMembers, type MembershipQuery } from './membership-query.js';
import {
  toMembership,
  toOrganization,
  type Membership,
  type Organization,
} from './organization-resource.js';
import { permissionClaims, type PermissionClaims, type Roles } from './roles.js';

export interface OrganizationsOptions {
  readonly store: Store;
  readonly users: UserDirectory;
  readonly roles: Roles;
  readonly now: Clock;
  readonly emit: EmitEvent;
  /** Returns the URL of an image for the object with an id. */
  readonly imageUrl: (id: string) => string;
}

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
  >
>;

/** The claims of a session token about the active organization. */
export interface OrganizationClaims {
  readonly o?: Omit<PermissionClaims, 'fea'> & {
    readonly id: string;
    /** The role, without `org:`. */
    readonly rol: string;
    readonly slg: string;
  };
  readonly fea?: string;
}

interface DeletedOrganization {
  readonly object: 'organization';
  readonly id: string;
  readonly slug: string;
  readonly deleted: true;
}

/** The operations on organizations and their members, with Clerk's errors and events. */
export class Organizations {
  constructor(private readonly options: OrganizationsOptions) {}

  /** Creates an organization. Its creator becomes its first admin. The slug must be free. */
  async create(fields: NewOrganization): Promise<Organization> {
    const { store, users, now, emit } = this.options;
    const createdBy = fields.createdBy ?? null;
    if (createdBy !== null) users.get(createdBy);
    const id = fields.id ?? store.ids.next('org');
    if (fields.slug) this.requireFreeSlug(fields.slug);
    store.organizations.set(id, {
      id,
      imageUrl: null,
      name: fields.name,
      slug: fields.slug ?? this.freeSlug(fields.name),
      maxAllowedMemberships: fields.maxAllowedMemberships ?? store.settings.maxAllowedMemberships,
      adminDeleteEnabled: store.settings.adminDeleteEnabled,
      publicMetadata: fields.publicMetadata ?? {},
      privateMetadata: fields.privateMetadata ?? {},
      createdBy,
      createdAt: now(),
      updatedAt: now(),
    });
    emit('organization.created', this.get(id));
    if (createdBy !== null) {
      await this.addMember(id, { userId: createdBy, role: store.settings.creatorRole });
    }
    await store.commit();
    return this.get(id);
  }

  /** @param idOrSlug as in `GET /v1/organizations/:id` */
  get(idOrSlug: string): Organization {
    return this.present(this.record(idOrSlug));
  }

  /** Lists organizations, newest first. */
  list(filter: {
    readonly query?: string | undefined;
    readonly userIds?: readonly string[] | undefined;
  }): Organization[] {
    const wanted = filter.query?.toLowerCase();
    const { organizations, memberships } = this.options.store;
    return [...organizations.values()]
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
      .map((record) => this.present(record));
  }

  async update(idOrSlug: string, change: OrganizationChange): Promise<Organization> {
    const record = this.record(idOrSlug);
    if (change.slug !== undefined && change.slug !== record.slug) this.requireFreeSlug(change.slug);
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
    const record = this.record(idOrSlug);
    const { publicMetadata, privateMetadata } = record;
    return this.save(
      mode === 'merge'
        ? {
            ...record,
            publicMetadata: mergeMetadata(publicMetadata, fields.public_metadata),
            privateMetadata: mergeMetadata(privateMetadata, fields.private_metadata),
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
    const { id, slug } = this.record(idOrSlug);
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

  /** Lists memberships, newest first. */
  memberships(filter: {
    readonly organizationId?: string | undefined;
    readonly userId?: string | undefined;
  }): Membership[] {
    return this.membershipRecords(filter)
      .reverse()
      .map((record) => this.presentMembership(record));
  }

  /** Lists the memberships of one organization, or of all, that match a query. */
  findMemberships(organizationId: string | undefined, query: MembershipQuery): Membership[] {
    const members = this.membershipRecords({ organizationId }).map((record) => ({
      record,
      user: this.options.users.get(record.userId),
    }));
    return listMembers(members, query).map(({ record }) => this.presentMembership(record));
  }

  /** @throws {ClerkApiError} 400 for a user who is a member already, 403 if all places are taken */
  async addMember(
    idOrSlug: string,
    fields: {
      readonly userId: string;
      readonly role: string;
      readonly publicMetadata?: Metadata | undefined;
      readonly privateMetadata?: Metadata | undefined;
    },
  ): Promise<Membership> {
    const { store, users, now, emit } = this.options;
    const { id: organizationId, maxAllowedMemberships } = this.record(idOrSlug);
    const { id: userId } = users.get(fields.userId);
    if (this.findMembership(organizationId, userId)) throw alreadyMember();
    const count = this.membersCount(organizationId);
    if (maxAllowedMemberships > 0 && count >= maxAllowedMemberships) throw quotaExceeded();
    const record: MembershipRecord = {
      id: store.ids.next('orgmem'),
      organizationId,
      userId,
      role: this.options.roles.require(fields.role),
      publicMetadata: fields.publicMetadata ?? {},
      privateMetadata: fields.privateMetadata ?? {},
      createdAt: now(),
      updatedAt: now(),
    };
    store.memberships.set(record.id, record);
    const membership = this.presentMembership(record);
    emit('organizationMembership.created', membership);
    await store.commit();
    return membership;
  }

  async changeMember(
    idOrSlug: string,
    userId: string,
    change: (record: MembershipRecord) => Partial<MembershipRecord>,
  ): Promise<Membership> {
    const { store, now, emit } = this.options;
    const old = this.requireMembership(idOrSlug, userId);
    const record = { ...old, ...change(old), updatedAt: Math.max(now(), old.updatedAt + 1) };
    this.options.roles.require(record.role);
    store.memberships.set(record.id, record);
    const membership = this.presentMembership(record);
    emit('organizationMembership.updated', membership);
    await store.commit();
    return membership;
  }

  async removeMember(idOrSlug: string, userId: string): Promise<Membership> {
    const { store } = this.options;
    const record = this.requireMembership(idOrSlug, userId);
    const membership = this.presentMembership(record);
    this.removeRecord(record, membership);
    await store.commit();
    return membership;
  }

  /** Removes a user from all organizations. The caller commits the store. */
  removeUser(userId: string): void {
    for (const record of this.options.store.memberships.values()) {
      if (record.userId === userId) this.removeRecord(record, this.presentMembership(record));
    }
  }

  /** Returns the claims `o` and `fea` of a session token. */
  claims(organizationId: string | null, userId: string): OrganizationClaims {
    if (organizationId === null) return {};
    const organization = this.options.store.organizations.get(organizationId);
    const membership = this.findMembership(organizationId, userId);
    if (!organization || !membership) return {};
    const { id, slug } = organization;
    const rol = membership.role.replace(/^org:/, '');
    const { fea, ...permissions } = permissionClaims(
      this.options.roles.permissionsOf(membership.role),
    );
    const o = { id, rol, slg: slug, ...permissions };
    return fea === undefined ? { o } : { o, fea };
  }

  /** @throws {ClerkApiError} 404 unless the user is a member */
  requireMembership(idOrSlug: string, userId: string): MembershipRecord {
    const { id } = this.record(idOrSlug);
    const membership = this.findMembership(id, userId);
    if (membership) return membership;
    throw resourceNotFound(`The user ${userId} is not a member of the organization ${id}.`);
  }

  private removeRecord(record: MembershipRecord, membership: Membership): void {
    const { store, emit } = this.options;
    store.memberships.delete(record.id);
    for (const session of store.sessions.values()) {
      if (session.userId !== record.userId || session.organizationId !== record.organizationId) {
        continue;
      }
      store.sessions.set(session.id, { ...session, organizationId: null });
    }
    emit('organizationMembership.deleted', membership);
  }

  private membershipRecords(filter: {
    readonly organizationId?: string | undefined;
    readonly userId?: string | undefined;
  }): MembershipRecord[] {
    return [...this.options.store.memberships.values()].filter(
      ({ organizationId, userId }) =>
        (filter.organizationId === undefined || filter.organizationId === organizationId) &&
        (filter.userId === undefined || filter.userId === userId),
    );
  }

  private findMembership(organizationId: string, userId: string): MembershipRecord | undefined {
    return [...this.options.store.memberships.values()].find(
      (each) => each.organizationId === organizationId && each.userId === userId,
    );
  }

  private record(idOrSlug: string): OrganizationRecord {
    const { organizations } = this.options.store;
    const record =
      organizations.get(idOrSlug) ??
      [...organizations.values()].find(({ slug }) => slug === idOrSlug);
    if (record) return record;
    throw resourceNotFound(`No organization was found with id or slug ${idOrSlug}`);
  }

  private async save(record: OrganizationRecord): Promise<Organization> {
    const { store, now, emit } = this.options;
    const saved = { ...record, updatedAt: Math.max(now(), record.updatedAt + 1) };
    store.organizations.set(saved.id, saved);
    const organization = this.present(saved);
    emit('organization.updated', organization);
    await store.commit();
    return organization;
  }

  private membersCount(organizationId: string): number {
    return [...this.options.store.memberships.values()].filter(
      (membership) => membership.organizationId === organizationId,
    ).length;
  }

  private present(record: OrganizationRecord): Organization {
    const pending = [...this.options.store.objects.values()].filter(
      (each) =>
        each.object === 'organization_invitation' &&
        each['organization_id'] === record.id &&
        each['status'] === 'pending',
    );
    return toOrganization(record, {
      imageUrl: this.options.imageUrl(record.id),
      membersCount: this.membersCount(record.id),
      pendingInvitationsCount: pending.length,
    });
  }

  private presentMembership(record: MembershipRecord): Membership {
    const user = this.options.users.get(record.userId);
    const imageUrl = this.options.imageUrl(user.id);
    const { roles } = this.options;
    return toMembership(record, {
      organization: this.get(record.organizationId),
      user,
      userImageUrl: imageUrl,
      roleName: roles.nameOf(record.role),
      permissions: roles.permissionsOf(record.role),
    });
  }

  private requireFreeSlug(slug: string): void {
    if (!/^[a-z0-9][a-z0-9_-]*$/.test(slug)) {
      throw invalidParameter('slug', 'form_param_format_invalid', 'is invalid');
    }
    if (this.hasSlug(slug)) {
      throw invalidParameter(
        'slug',
        'form_identifier_exists',
        'That slug is taken. Please try another.',
      );
    }
  }

  private hasSlug(slug: string): boolean {
    return [...this.options.store.organizations.values()].some((each) => each.slug === slug);
  }

  /** Derives a slug from the name. A number makes it unique. */
  private freeSlug(name: string): string {
    const base =
      name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '') || 'organization';
    let slug = base;
    for (let number = 2; this.hasSlug(slug); number += 1) slug = `${base}-${number}`;
    return slug;
  }
}

function alreadyMember(): Error {
  return new ClerkApiError(400, 'already_a_member_in_organization', 'already a member', {
    longMessage: 'The user is already a member of the organization.',
  });
}

function quotaExceeded(): Error {
  return new ClerkApiError(403, 'organization_membership_quota_exceeded', 'quota exceeded', {
    longMessage: 'The organization has as many members as max_allowed_memberships allows.',
  });
}
