import { present, type Objects } from '../objects/objects.js';
import { invitationNotPending, type Tickets } from '../objects/tickets.js';
import type { Messages } from '../messages/messages.js';
import {
  ClerkApiError,
  duplicateInvitations,
  resourceNotFound,
} from '../shared/clerk-api-error.js';
import type { ObjectRecord } from '../state/records.js';
import { primaryEmail } from '../state/user-records.js';
import type { EmitEvent } from '../state/webhook-records.js';
import type { Store } from '../state/store.js';
import { parseEmail } from '../users/email-address.js';
import type { UserDirectory } from '../users/user-directory.js';
import type { Membership, Organization } from './organization-resource.js';
import { alreadyMember } from './memberships.js';
import type { Organizations } from './organizations.js';
import type { Roles } from './roles.js';

type Metadata = Readonly<Record<string, unknown>>;

/** The fields of a new invitation. */
export interface NewOrganizationInvitation {
  readonly emailAddress: string;
  readonly role: string;
  readonly inviterUserId?: string | null | undefined;
  readonly publicMetadata?: Metadata | undefined;
  readonly privateMetadata?: Metadata | undefined;
  readonly redirectUrl?: string | null | undefined;
  readonly expiresInDays?: number | null | undefined;
}

export interface OrganizationInvitationsOptions {
  readonly store: Store;
  readonly objects: Objects;
  readonly tickets: Tickets;
  readonly users: UserDirectory;
  readonly organizations: Organizations;
  readonly roles: Roles;
  readonly messages: Messages;
  readonly emit: EmitEvent;
  readonly imageUrl: (id: string) => string;
  /** Returns the URL of a page of the Account Portal. */
  readonly portalUrl: (path: string) => string;
}

/** The permission of members who invite others. */
const invitePermission = 'org:sys_memberships:manage';

/** The filters of lists of invitations. */
export interface InvitationFilter {
  readonly organizationId?: string | undefined;
  readonly emailAddresses?: readonly string[] | undefined;
  readonly statuses?: readonly string[] | undefined;
  readonly query?: string | undefined;
}

const daySeconds = 86_400;
const defaultDays = 30;

/** Invitations to organizations, with Clerk's errors and events. */
export class OrganizationInvitations {
  constructor(private readonly options: OrganizationInvitationsOptions) {}

  /** Lists invitations, newest first. */
  list(filter: InvitationFilter): ObjectRecord[] {
    const { objects, tickets } = this.options;
    return objects.list('organization_invitation').filter((each) => {
      const email = String(each['email_address']);
      return (
        (filter.organizationId === undefined ||
          each['organization_id'] === filter.organizationId) &&
        (filter.emailAddresses === undefined || filter.emailAddresses.includes(email)) &&
        (filter.statuses === undefined || filter.statuses.includes(tickets.statusOf(each))) &&
        (filter.query === undefined || email.includes(filter.query.toLowerCase()))
      );
    });
  }

  /** @throws {ClerkApiError} 404 for an unknown invitation, and for one of another organization */
  get(organizationId: string, id: string): ObjectRecord {
    const record = this.options.objects.get('organization_invitation', id);
    if (record['organization_id'] === organizationId) return record;
    throw resourceNotFound(`No organization invitation was found with id ${id}`);
  }

  /** @throws {ClerkApiError} 404 for an invitation of another user */
  own(id: string, userId: string): ObjectRecord {
    const record = this.options.objects.get('organization_invitation', id);
    const { emails } = this.options.users.get(userId);
    if (emails.some(({ address }) => address === record['email_address'])) return record;
    throw resourceNotFound(`No organization invitation was found with id ${id}`);
  }

  /**
   * Invites an email address.
   *
   * @throws {ClerkApiError} 400 for an address with a pending invitation or of a member, 403 for an
   *   inviter without the permission or a full organization, 404 for an unknown role or inviter
   */
  async create(idOrSlug: string, fields: NewOrganizationInvitation): Promise<ObjectRecord> {
    const { store, messages, emit } = this.options;
    const { organization, email, role } = this.check(idOrSlug, fields);
    this.requireRoom(organization.id, 1);
    const record = this.issue(organization.id, { ...fields, emailAddress: email, role });
    messages.email({
      slug: 'organization_invitation',
      to: email,
      data: { organization: { name: organization.name }, action_url: record['_url'] },
    });
    emit('organizationInvitation.created', this.present(record));
    await store.commit();
    return record;
  }

  /**
   * Invites all email addresses or none.
   *
   * @throws {ClerkApiError} like `create`, and 400 for an address that is given twice
   */
  async createAll(
    idOrSlug: string,
    all: readonly NewOrganizationInvitation[],
  ): Promise<ObjectRecord[]> {
    const emails = all.map((fields) => this.check(idOrSlug, fields).email);
    const repeated = emails.filter((email, index) => emails.indexOf(email) !== index);
    if (repeated.length > 0) throw duplicateInvitations(repeated);
    this.requireRoom(idOrSlug, all.length);
    const records = [];
    for (const fields of all) records.push(await this.create(idOrSlug, fields));
    return records;
  }

  /** The checks of `create`. */
  private check(
    idOrSlug: string,
    fields: NewOrganizationInvitation,
  ): { readonly organization: Organization; readonly email: string; readonly role: string } {
    const { organizations, roles } = this.options;
    const organization = organizations.get(idOrSlug);
    const email = parseEmail(fields.emailAddress);
    const role = roles.require(fields.role);
    if (fields.inviterUserId) {
      const inviter = organizations.members.require(organization.id, fields.inviterUserId);
      if (!roles.permissionsOf(inviter.role).includes(invitePermission)) throw notPermitted();
    }
    this.requireFree(organization.id, email);
    return { organization, email, role };
  }

  /**
   * Invites a user with an address at a verified domain, unless they were invited before. They find
   * the invitation in Clerk's components: no email is sent. The caller commits the store.
   */
  inviteByDomain(domain: ObjectRecord, emailAddress: string): void {
    const { store, tickets, emit } = this.options;
    const organizationId = String(domain['organization_id']);
    const known = this.list({ organizationId, emailAddresses: [emailAddress] });
    const isKnown = known.some(
      (each) => each['_domain_id'] === domain.id || tickets.statusOf(each) === 'pending',
    );
    if (isKnown) return;
    const role = store.settings.domainsDefaultRole;
    const record = this.issue(organizationId, { emailAddress, role }, { _domain_id: domain.id });
    emit('organizationInvitation.created', this.present(record));
  }

  /** @throws {ClerkApiError} 400 unless the invitation is pending */
  async revoke(organizationId: string, id: string): Promise<ObjectRecord> {
    const { store, tickets, emit } = this.options;
    this.get(organizationId, id);
    const record = await tickets.revoke('organization_invitation', id);
    emit('organizationInvitation.revoked', this.present(record));
    await store.commit();
    return record;
  }

  /**
   * Makes a user a member, with the role and the metadata of the invitation.
   *
   * @throws {ClerkApiError} 400 for an invitation that is not pending
   */
  async accept(record: ObjectRecord, userId: string): Promise<Membership> {
    const { store, tickets, organizations, emit } = this.options;
    const status = tickets.statusOf(record);
    if (status !== 'pending') throw invitationNotPending(status);
    const membership = await organizations.members.add(String(record['organization_id']), {
      userId,
      role: String(record['role']),
      invited: true,
      publicMetadata: toMetadata(record['public_metadata']),
      privateMetadata: toMetadata(record['private_metadata']),
    });
    const accepted = await tickets.accept(record);
    emit('organizationInvitation.accepted', {
      ...this.present(accepted),
      user_id: userId,
      data: { public_organization_data: this.publicOrganization(accepted) },
    });
    await store.commit();
    return membership;
  }

  /** Presents an invitation as the Backend API returns it. */
  present(record: ObjectRecord): Record<string, unknown> {
    const { tickets, roles } = this.options;
    return {
      ...present(record),
      role_name: roles.nameOf(String(record['role'])),
      status: tickets.statusOf(record),
      url: record['_url'],
      expires_at: record['_expires_at'],
      public_inviter_data: this.publicInviter(record['inviter_id']),
    };
  }

  /** Presents an invitation with the public data of its organization. */
  presentWithOrganization(record: ObjectRecord): Record<string, unknown> {
    return { ...this.present(record), public_organization_data: this.publicOrganization(record) };
  }

  private issue(
    organizationId: string,
    fields: NewOrganizationInvitation,
    internal: object = {},
  ): ObjectRecord {
    const { tickets, users, portalUrl } = this.options;
    const known = users.findByEmail(fields.emailAddress);
    return tickets.issue({
      kind: 'organization_invitation',
      fields: {
        email_address: fields.emailAddress,
        organization_id: organizationId,
        role: fields.role,
        inviter_id: fields.inviterUserId ?? null,
        public_metadata: fields.publicMetadata ?? {},
        private_metadata: fields.privateMetadata ?? {},
        ...internal,
      },
      expiresInSeconds: (fields.expiresInDays ?? defaultDays) * daySeconds,
      page: fields.redirectUrl ?? portalUrl(known ? '/sign-in' : '/sign-up'),
      action: known ? 'sign_in' : 'sign_up',
    });
  }

  private publicOrganization(record: ObjectRecord): object {
    const { id, name, slug, image_url, has_image } = this.options.organizations.get(
      String(record['organization_id']),
    );
    return { id, name, slug, image_url, has_image };
  }

  private publicInviter(id: unknown): object | null {
    const { users, imageUrl } = this.options;
    if (typeof id !== 'string' || !users.has(id)) return null;
    const user = users.get(id);
    return {
      user_id: user.id,
      first_name: user.firstName,
      last_name: user.lastName,
      image_url: user.imageUrl ?? imageUrl(user.id),
      has_image: user.imageUrl !== null,
      identifier: primaryEmail(user)?.address ?? user.username ?? '',
    };
  }

  /** Pending invitations take places too. */
  private requireRoom(organizationId: string, places: number): void {
    this.options.organizations.members.requireRoom(organizationId, places, {
      countInvitations: true,
    });
  }

  private requireFree(organizationId: string, email: string): void {
    const { users, organizations } = this.options;
    const [pending] = this.list({ organizationId, emailAddresses: [email], statuses: ['pending'] });
    if (pending) throw duplicateInvitations([email]);
    const user = users.findByEmail(email);
    if (user === undefined) return;
    if (organizations.members.list({ organizationId, userId: user.id }).length === 0) return;
    throw alreadyMember(email);
  }
}

function toMetadata(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function notPermitted(): ClerkApiError {
  return new ClerkApiError(403, 'missing_organization_permission', 'missing permission', {
    longMessage: `The inviter is missing the permission ${invitePermission}.`,
    meta: { permissions: [invitePermission] },
  });
}
