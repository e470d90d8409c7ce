import { ClerkApiError, resourceNotFound } from '../shared/clerk-api-error.js';
import type { Clock } from '../shared/ports.js';
import type { MembershipRecord } from '../state/organization-records.js';
import type { EmitEvent } from '../state/webhook-records.js';
import type { Store } from '../state/store.js';
import type { UserDirectory } from '../users/user-directory.js';
import { listMembers, type MembershipQuery } from './membership-query.js';
import type { OrganizationDirectory } from './organization-directory.js';
import { toMembership, type Membership } from './organization-resource.js';
import { permissionClaims, type PermissionClaims } from './permission-claims.js';
import { creatorPermissions, type Roles } from './roles.js';

export interface MembershipsOptions {
  readonly store: Store;
  readonly directory: OrganizationDirectory;
  readonly users: UserDirectory;
  readonly roles: Roles;
  readonly now: Clock;
  readonly emit: EmitEvent;
  /** Returns the URL of an image for the object with an id. */
  readonly imageUrl: (id: string) => string;
}

type Metadata = Record<string, unknown>;

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

/** The memberships of users in organizations and their roles, with Clerk's errors and events. */
export class Memberships {
  constructor(private readonly options: MembershipsOptions) {}

  /** Lists memberships, newest first. */
  list(filter: {
    readonly organizationId?: string | undefined;
    readonly userId?: string | undefined;
  }): Membership[] {
    return this.records(filter)
      .reverse()
      .map((record) => this.present(record));
  }

  /** Lists the memberships of one organization, or of all, that match a query. */
  find(organizationId: string | undefined, query: MembershipQuery): Membership[] {
    const members = this.records({ organizationId }).map((record) => ({
      record,
      user: this.options.users.get(record.userId),
    }));
    return listMembers(members, query).map(({ record }) => this.present(record));
  }

  /**
   * Adds a member. The organization becomes the active one of the user's next session, as at Clerk.
   *
   * @throws {ClerkApiError} 400 for a user who is already a member, 403 if the organization is full
   */
  async add(
    idOrSlug: string,
    fields: {
      readonly userId: string;
      readonly role: string;
      readonly publicMetadata?: Metadata | undefined;
      readonly privateMetadata?: Metadata | undefined;
      /** Whether the user accepts an invitation, which has reserved a place. */
      readonly invited?: boolean;
    },
  ): Promise<Membership> {
    const { store, users, now, emit } = this.options;
    const { id: organizationId } = this.options.directory.record(idOrSlug);
    const user = users.get(fields.userId);
    const { id: userId } = user;
    if (this.of(organizationId, userId)) throw alreadyMember(userId);
    this.requireRoom(organizationId, 1, { countInvitations: fields.invited !== true });
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
    store.users.set(userId, { ...user, lastActiveOrganizationId: organizationId });
    const membership = this.present(record);
    emit('organizationMembership.created', membership);
    await store.commit();
    return membership;
  }

  /**
   * Checks that an organization has places left.
   *
   * @throws {ClerkApiError} 403 `organization_membership_quota_exceeded`
   */
  requireRoom(
    organizationId: string,
    places: number,
    { countInvitations }: { readonly countInvitations: boolean },
  ): void {
    const { directory } = this.options;
    const organization = directory.present(directory.record(organizationId));
    const {
      max_allowed_memberships: limit,
      members_count,
      pending_invitations_count,
    } = organization;
    const taken = members_count + (countInvitations ? pending_invitations_count : 0);
    if (limit > 0 && taken + places > limit) throw quotaExceeded(limit);
  }

  /** @throws {ClerkApiError} 400 if no other member can manage the organization */
  async change(
    idOrSlug: string,
    userId: string,
    change: (record: MembershipRecord) => Partial<MembershipRecord>,
  ): Promise<Membership> {
    const { store, now, emit } = this.options;
    const old = this.require(idOrSlug, userId);
    const record = { ...old, ...change(old), updatedAt: Math.max(now(), old.updatedAt + 1) };
    this.options.roles.require(record.role);
    if (!this.isAdmin(record)) this.requireOtherAdmin(old);
    store.memberships.set(record.id, record);
    const membership = this.present(record);
    emit('organizationMembership.updated', membership);
    await store.commit();
    return membership;
  }

  /** Removes a member through a member's call: one who can manage the organization must remain. */
  async leave(idOrSlug: string, userId: string): Promise<Membership> {
    this.requireOtherAdmin(this.require(idOrSlug, userId));
    return this.remove(idOrSlug, userId);
  }

  /** Removes a member. A server may remove the last one. */
  async remove(idOrSlug: string, userId: string): Promise<Membership> {
    const { store } = this.options;
    const record = this.require(idOrSlug, userId);
    const membership = this.present(record);
    this.removeRecord(record, membership);
    await store.commit();
    return membership;
  }

  /** Removes a user from all organizations. The caller commits the store. */
  removeUser(userId: string): void {
    for (const record of this.options.store.memberships.values()) {
      if (record.userId === userId) this.removeRecord(record, this.present(record));
    }
  }

  /** Returns the claims `o` and `fea` of a session token. */
  claims(organizationId: string | null, userId: string): OrganizationClaims {
    if (organizationId === null) return {};
    const organization = this.options.store.organizations.get(organizationId);
    const membership = this.of(organizationId, userId);
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
  require(idOrSlug: string, userId: string): MembershipRecord {
    const { id } = this.options.directory.record(idOrSlug);
    const membership = this.of(id, userId);
    if (membership) return membership;
    throw resourceNotFound(`The user ${userId} is not a member of the organization ${id}.`);
  }

  has(organizationId: string, userId: string): boolean {
    return this.of(organizationId, userId) !== undefined;
  }

  /**
   * Returns the id of the organization that a new session of the user activates.
   *
   * @throws {ClerkApiError} 404 unless the user is a member
   */
  organizationOf(userId: string, idOrSlug: string | null | undefined): string | null {
    return idOrSlug ? this.require(idOrSlug, userId).organizationId : null;
  }

  private isAdmin({ role }: MembershipRecord): boolean {
    const permissions = this.options.roles.permissionsOf(role);
    return creatorPermissions.every((each) => permissions.includes(each));
  }

  /** An organization that has no admin may stay without one. */
  private requireOtherAdmin(record: MembershipRecord): void {
    if (!this.isAdmin(record)) return;
    const others = this.records({ organizationId: record.organizationId });
    if (others.some((each) => each.id !== record.id && this.isAdmin(each))) return;
    throw new ClerkApiError(
      400,
      'organization_minimum_permissions_needed',
      'minimum organization permissions needed',
      {
        longMessage:
          'There has to be at least one organization member with the minimum required permissions',
      },
    );
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

  private records(filter: {
    readonly organizationId?: string | undefined;
    readonly userId?: string | undefined;
  }): MembershipRecord[] {
    return [...this.options.store.memberships.values()].filter(
      ({ organizationId, userId }) =>
        (filter.organizationId === undefined || filter.organizationId === organizationId) &&
        (filter.userId === undefined || filter.userId === userId),
    );
  }

  private of(organizationId: string, userId: string): MembershipRecord | undefined {
    return [...this.options.store.memberships.values()].find(
      (each) => each.organizationId === organizationId && each.userId === userId,
    );
  }

  private present(record: MembershipRecord): Membership {
    const user = this.options.users.get(record.userId);
    const imageUrl = this.options.imageUrl(user.id);
    const { directory, roles } = this.options;
    return toMembership(record, {
      organization: directory.present(directory.record(record.organizationId)),
      user,
      userImageUrl: imageUrl,
      roleName: roles.nameOf(record.role),
      permissions: roles.permissionsOf(record.role),
    });
  }
}

/**
 * Creates the 400 error for a member who is added or invited again.
 *
 * @param user an id or an email address; Clerk's components read the address from the message
 */
export function alreadyMember(user: string): ClerkApiError {
  return new ClerkApiError(400, 'already_a_member_in_organization', 'already a member', {
    longMessage: `${user} is already a member of the organization.`,
  });
}

function quotaExceeded(limit: number): ClerkApiError {
  return new ClerkApiError(403, 'organization_membership_quota_exceeded', 'quota exceeded', {
    longMessage: `You have reached your limit of ${limit} organization memberships, including outstanding invitations.`,
  });
}
