import type { Objects } from '../objects/objects.js';
import { ClerkApiError, resourceNotFound } from '../shared/clerk-api-error.js';
import type { ObjectRecord } from '../state/records.js';
import type { UserRecord } from '../state/user-records.js';
import type { Store } from '../state/store.js';
import type { UserDirectory } from '../users/user-directory.js';
import { isVerified } from './domain-verification.js';
import type { OrganizationInvitations } from './organization-invitations.js';
import { toPublicUserData } from './organization-resource.js';
import type { Organizations } from './organizations.js';

export interface EnrollmentsOptions {
  readonly store: Store;
  readonly objects: Objects;
  readonly users: UserDirectory;
  readonly organizations: Organizations;
  readonly organizationInvitations: OrganizationInvitations;
  readonly imageUrl: (id: string) => string;
}

/**
 * Enrolls users with an email address at a verified domain: depending on the enrollment mode,
 * invites them or suggests the organization to them. A user who accepts a suggestion requests a
 * membership, which an admin accepts or rejects.
 */
export class Enrollments {
  constructor(private readonly options: EnrollmentsOptions) {}

  /** Enrolls a user by the domains of their email addresses. The caller commits the store. */
  enrollUser(userId: string): void {
    const domains = this.options.objects.list('organization_domain').filter(isEnrolling);
    if (domains.length === 0) return;
    const user = this.options.users.get(userId);
    for (const domain of domains) this.enroll(user, domain);
  }

  /** Enrolls all users with an email address at a domain. The caller commits the store. */
  enrollDomain(domain: ObjectRecord): void {
    if (!isEnrolling(domain)) return;
    for (const user of this.options.users.all()) this.enroll(user, domain);
  }

  /** Counts the invitations and suggestions that users have not accepted yet. */
  pending(domainId: string): {
    readonly invitations: readonly ObjectRecord[];
    readonly suggestions: readonly ObjectRecord[];
  } {
    const { objects, organizationInvitations } = this.options;
    const isOfDomain = (each: ObjectRecord): boolean => each['_domain_id'] === domainId;
    return {
      invitations: organizationInvitations.list({ statuses: ['pending'] }).filter(isOfDomain),
      suggestions: objects
        .list('organization_suggestion')
        .filter((each) => isOfDomain(each) && each['status'] === 'pending'),
    };
  }

  /** Revokes the pending invitations of a domain and deletes its pending suggestions. */
  async withdraw(domain: ObjectRecord): Promise<void> {
    const { invitations, suggestions } = this.pending(domain.id);
    for (const { id } of suggestions) this.options.store.objects.delete(id);
    for (const { id } of invitations) {
      await this.options.organizationInvitations.revoke(String(domain['organization_id']), id);
    }
  }

  /** Deletes the suggestions and requests of a deleted user. The caller commits the store. */
  removeUser(userId: string): void {
    const { objects } = this.options.store;
    for (const each of objects.values()) if (each['_user_id'] === userId) objects.delete(each.id);
  }

  /** Lists the suggestions to a user, newest first. */
  suggestions(userId: string, statuses?: readonly string[]): ObjectRecord[] {
    return this.options.objects
      .list('organization_suggestion')
      .filter((each) => each['_user_id'] === userId && hasStatus(each, statuses));
  }

  /**
   * Requests a membership of the suggested organization.
   *
   * @throws {ClerkApiError} 404 for a suggestion to another user, 400 unless it is pending
   */
  async acceptSuggestion(id: string, userId: string): Promise<ObjectRecord> {
    const { objects } = this.options;
    const suggestion = this.suggestions(userId).find((each) => each.id === id);
    if (suggestion === undefined) {
      throw resourceNotFound(`No organization suggestion was found with id ${id}`);
    }
    requirePending(suggestion);
    objects.put('organization_membership_request', {
      organization_id: suggestion['organization_id'],
      status: 'pending',
      _user_id: userId,
      _suggestion_id: id,
    });
    return objects.update(suggestion, { status: 'accepted' });
  }

  /** Lists the membership requests of an organization, newest first. */
  requests(organizationId: string, statuses?: readonly string[]): ObjectRecord[] {
    return this.options.objects
      .list('organization_membership_request')
      .filter((each) => each['organization_id'] === organizationId && hasStatus(each, statuses));
  }

  /**
   * Makes the user a member, with the default role of domains.
   *
   * @throws {ClerkApiError} 404 for a request to another organization, 400 unless it is pending
   */
  async acceptRequest(organizationId: string, id: string): Promise<ObjectRecord> {
    const { store, objects, organizations } = this.options;
    const request = this.pendingRequest(organizationId, id);
    const role = store.settings.domainsDefaultRole;
    await organizations.members.add(organizationId, { userId: String(request['_user_id']), role });
    const suggestion = store.objects.get(String(request['_suggestion_id']));
    if (suggestion) await objects.update(suggestion, { status: 'completed' });
    return objects.update(request, { status: 'accepted' });
  }

  /** @throws {ClerkApiError} like `acceptRequest` */
  async rejectRequest(organizationId: string, id: string): Promise<ObjectRecord> {
    const request = this.pendingRequest(organizationId, id);
    return this.options.objects.update(request, { status: 'rejected' });
  }

  /** Presents a suggestion to its user. */
  presentSuggestion({ object, id, status, ...record }: ObjectRecord): object {
    const organization = this.options.organizations.get(String(record['organization_id']));
    const { id: organizationId, name, slug, image_url, has_image } = organization;
    return {
      object,
      id,
      public_organization_data: { id: organizationId, name, slug, image_url, has_image },
      status,
      created_at: record['created_at'],
      updated_at: record['updated_at'],
    };
  }

  /** Presents a membership request to the admins of its organization. */
  presentRequest({ object, id, organization_id, status, ...record }: ObjectRecord): object {
    const user = this.options.users.get(String(record['_user_id']));
    return {
      object,
      id,
      organization_id,
      status,
      public_user_data: toPublicUserData(user, this.options.imageUrl(user.id)),
      created_at: record['created_at'],
      updated_at: record['updated_at'],
    };
  }

  private pendingRequest(organizationId: string, id: string): ObjectRecord {
    const request = this.requests(organizationId).find((each) => each.id === id);
    if (request === undefined) {
      throw resourceNotFound(`No organization membership request was found with id ${id}`);
    }
    requirePending(request);
    return request;
  }

  /** Invites a user, or suggests the organization to them, once. */
  private enroll(user: UserRecord, domain: ObjectRecord): void {
    const { objects, organizations, organizationInvitations } = this.options;
    const organizationId = String(domain['organization_id']);
    const email = user.emails.find(
      ({ address, verification }) =>
        verification?.status === 'verified' && address.endsWith(`@${String(domain['name'])}`),
    );
    if (email === undefined) return;
    if (organizations.members.list({ organizationId, userId: user.id }).length > 0) return;
    if (domain['enrollment_mode'] === 'automatic_invitation') {
      organizationInvitations.inviteByDomain(domain, email.address);
      return;
    }
    const known = this.suggestions(user.id);
    if (known.some((each) => each['organization_id'] === organizationId)) return;
    objects.put('organization_suggestion', {
      organization_id: organizationId,
      status: 'pending',
      _user_id: user.id,
      _domain_id: domain.id,
    });
  }
}

function isEnrolling(domain: ObjectRecord): boolean {
  return isVerified(domain) && domain['enrollment_mode'] !== 'manual_invitation';
}

function hasStatus({ status }: ObjectRecord, statuses: readonly string[] | undefined): boolean {
  return statuses === undefined || statuses.includes(String(status));
}

function requirePending({ object, status }: ObjectRecord): void {
  if (status === 'pending') return;
  const code =
    object === 'organization_suggestion'
      ? 'organization_suggestion_already_accepted'
      : `${object}_not_pending`;
  throw new ClerkApiError(400, code, 'not pending', {
    longMessage: `The ${object.replaceAll('_', ' ')} is ${String(status)}.`,
  });
}
