import { checkCode, codeNotSent } from '../messages/codes.js';
import type { Messages } from '../messages/messages.js';
import { present, type Objects } from '../objects/objects.js';
import { ClerkApiError, invalidParameter, resourceNotFound } from '../shared/clerk-api-error.js';
import type { Clock } from '../shared/ports.js';
import type { ObjectRecord } from '../state/records.js';
import type { EmitEvent } from '../state/webhook-records.js';
import type { Store } from '../state/store.js';
import { parseEmail } from '../users/email-address.js';
import { selected } from '../users/user-query.js';
import {
  affiliationPrepared,
  affiliationVerified,
  isVerified,
  ownershipPrepared,
  ownershipVerified,
  unverified,
  verifiedByServer,
} from './domain-verification.js';
import type { Enrollments } from './enrollments.js';
import type { Organizations } from './organizations.js';

export interface OrganizationDomainsOptions {
  readonly store: Store;
  readonly objects: Objects;
  readonly organizations: Organizations;
  readonly enrollments: Enrollments;
  readonly messages: Messages;
  readonly now: Clock;
  readonly emit: EmitEvent;
}

/** The fields of a domain that a server may set. */
export interface DomainFields {
  readonly enrollmentMode?: string | null | undefined;
  readonly verified?: boolean | null | undefined;
}

/** The filters of lists of domains. */
export interface DomainFilter {
  readonly organizationId?: string | undefined;
  readonly verified?: boolean | undefined;
  readonly enrollmentModes?: readonly string[] | undefined;
  readonly names?: readonly string[] | undefined;
  readonly query?: string | undefined;
}

/** The email domains of organizations, with Clerk's errors and events. */
export class OrganizationDomains {
  constructor(private readonly options: OrganizationDomainsOptions) {}

  /** Lists domains, newest first. */
  list(filter: DomainFilter): ObjectRecord[] {
    return this.options.objects.list('organization_domain').filter((each) => {
      const name = String(each['name']);
      return (
        (filter.organizationId === undefined ||
          each['organization_id'] === filter.organizationId) &&
        (filter.verified === undefined || isVerified(each) === filter.verified) &&
        selected(filter.enrollmentModes, [String(each['enrollment_mode'])]) &&
        (filter.names === undefined || filter.names.includes(name)) &&
        (filter.query === undefined || name.includes(filter.query.toLowerCase()))
      );
    });
  }

  /** @throws {ClerkApiError} 404 for an unknown domain, and for one of another organization */
  get(organizationId: string, id: string): ObjectRecord {
    const record = this.options.objects.get('organization_domain', id);
    if (record['organization_id'] === organizationId) return record;
    throw resourceNotFound(`No organization domain was found with id ${id}`);
  }

  /** @throws {ClerkApiError} 422 for a malformed name, or one that an organization has verified */
  async create(idOrSlug: string, name: string, fields: DomainFields): Promise<ObjectRecord> {
    const { objects, organizations, now } = this.options;
    const { id } = organizations.get(idOrSlug);
    const domain = name.trim().toLowerCase();
    if (!/^(?:[a-z0-9-]+\.)+[a-z]{2,}$/.test(domain)) {
      throw invalidParameter('name', 'form_param_format_invalid', 'is invalid');
    }
    const taken = this.list({ names: [domain] });
    if (taken.some((each) => isVerified(each) || each['organization_id'] === id)) {
      throw invalidParameter('name', 'organization_domain_already_exists', 'That domain is taken.');
    }
    const record = objects.put('organization_domain', {
      organization_id: id,
      name: domain,
      enrollment_mode: this.modeOf(fields.enrollmentMode ?? 'manual_invitation'),
      affiliation_email_address: null,
      ...(fields.verified === true ? verifiedByServer(now()) : unverified),
    });
    return this.saved('organizationDomain.created', record);
  }

  async update(organizationId: string, id: string, fields: DomainFields): Promise<ObjectRecord> {
    const verified = fields.verified ?? undefined;
    return this.change(this.get(organizationId, id), {
      ...(fields.enrollmentMode ? { enrollment_mode: this.modeOf(fields.enrollmentMode) } : {}),
      ...(verified === undefined
        ? {}
        : verified
          ? verifiedByServer(this.options.now())
          : unverified),
    });
  }

  /** @param deletePending whether pending invitations and suggestions of the domain end */
  async changeMode(
    organizationId: string,
    id: string,
    enrollmentMode: string,
    deletePending: boolean,
  ): Promise<ObjectRecord> {
    const record = this.get(organizationId, id);
    const enrollment_mode = this.modeOf(enrollmentMode);
    if (deletePending) await this.options.enrollments.withdraw(record);
    return this.change(record, { enrollment_mode });
  }

  /**
   * Sends a code to an email address at the domain.
   *
   * @throws {ClerkApiError} 422 for an address elsewhere
   */
  async prepareAffiliation(
    organizationId: string,
    id: string,
    emailAddress: string,
  ): Promise<ObjectRecord> {
    const record = this.get(organizationId, id);
    const to = parseEmail(emailAddress);
    if (!to.endsWith(`@${String(record['name'])}`)) {
      throw invalidParameter(
        'affiliation_email_address',
        'organization_domain_mismatch',
        'is not of this domain',
        `The email address must end in @${String(record['name'])}.`,
      );
    }
    this.options.messages.sendCode({ channel: 'email', to, purpose: 'organization domain' });
    return this.change(record, affiliationPrepared(to, this.options.now()));
  }

  /** @throws {ClerkApiError} 422 for a wrong code, or before a code was sent */
  async attemptAffiliation(
    organizationId: string,
    id: string,
    code: string,
  ): Promise<ObjectRecord> {
    const record = this.get(organizationId, id);
    if (record['affiliation_verification'] === null) throw codeNotSent();
    checkCode(code);
    return this.change(record, affiliationVerified(this.options.now()));
  }

  /** Requests a TXT record at the domain. */
  async prepareOwnership(organizationId: string, id: string): Promise<ObjectRecord> {
    const { store, now } = this.options;
    const token = store.ids.next('tick');
    return this.change(this.get(organizationId, id), ownershipPrepared(token, now()));
  }

  /** No DNS record can be looked up offline: the attempt itself verifies the domain. */
  async attemptOwnership(organizationId: string, id: string): Promise<ObjectRecord> {
    return this.change(this.get(organizationId, id), ownershipVerified(this.options.now()));
  }

  async delete(organizationId: string, id: string): Promise<object> {
    const { objects, emit, store, enrollments } = this.options;
    await enrollments.withdraw(this.get(organizationId, id));
    const deleted = await objects.delete('organization_domain', id);
    emit('organizationDomain.deleted', deleted);
    await store.commit();
    return deleted;
  }

  /** Presents a domain as the Backend API returns it. */
  present(record: ObjectRecord): Record<string, unknown> {
    const { invitations, suggestions } = this.options.enrollments.pending(record.id);
    return {
      ...present(record),
      total_pending_invitations: invitations.length,
      total_pending_suggestions: suggestions.length,
    };
  }

  private async change(record: ObjectRecord, change: object): Promise<ObjectRecord> {
    const changed = await this.options.objects.update(record, { ...change });
    return this.saved('organizationDomain.updated', changed);
  }

  private async saved(
    type: 'organizationDomain.created' | 'organizationDomain.updated',
    record: ObjectRecord,
  ): Promise<ObjectRecord> {
    const { enrollments, emit, store } = this.options;
    enrollments.enrollDomain(record);
    emit(type, this.present(record));
    await store.commit();
    return record;
  }

  private modeOf(mode: string): string {
    const { domainsEnrollmentModes } = this.options.store.settings;
    if (domainsEnrollmentModes.some((each) => each === mode)) return mode;
    throw new ClerkApiError(
      403,
      'organization_domain_enrollment_mode_not_enabled',
      'enrollment mode not enabled',
      { longMessage: `Use one of ${domainsEnrollmentModes.join(', ')}.` },
    );
  }
}
