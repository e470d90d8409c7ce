import type { Objects } from '../objects/objects.js';
import { present } from '../objects/objects.js';
import { invalidParameter, resourceNotFound } from '../shared/clerk-api-error.js';
import type { Clock } from '../shared/ports.js';
import type { EmitEvent, ObjectRecord } from '../state/records.js';
import type { Store } from '../state/store.js';
import type { Organizations } from './organizations.js';

export interface OrganizationDomainsOptions {
  readonly store: Store;
  readonly objects: Objects;
  readonly organizations: Organizations;
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
        (filter.enrollmentModes === undefined ||
          filter.enrollmentModes.includes(String(each['enrollment_mode']))) &&
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
    const { objects, organizations, emit, store } = this.options;
    const { id } = organizations.get(idOrSlug);
    const domain = name.trim().toLowerCase();
    if (!/^(?:[a-z0-9-]+\.)+[a-z]{2,}$/.test(domain)) {
      throw invalidParameter('name', 'form_param_format_invalid', 'is invalid');
    }
    const taken = this.list({ names: [domain] });
    if (taken.some((each) => isVerified(each) || each['organization_id'] === id)) {
      throw invalidParameter('name', 'form_identifier_exists', 'That domain is taken.');
    }
    const record = await objects.add('organization_domain', {
      organization_id: id,
      name: domain,
      enrollment_mode: this.modeOf(fields.enrollmentMode ?? 'manual_invitation'),
      affiliation_email_address: null,
      ...(fields.verified === true ? this.verification() : unverified),
      total_pending_invitations: 0,
      total_pending_suggestions: 0,
    });
    emit('organizationDomain.created', present(record));
    await store.commit();
    return record;
  }

  async update(organizationId: string, id: string, fields: DomainFields): Promise<ObjectRecord> {
    const { objects, emit, store } = this.options;
    const verified = fields.verified ?? undefined;
    const record = await objects.update(this.get(organizationId, id), {
      ...(fields.enrollmentMode ? { enrollment_mode: this.modeOf(fields.enrollmentMode) } : {}),
      ...(verified === undefined ? {} : verified ? this.verification() : unverified),
    });
    emit('organizationDomain.updated', present(record));
    await store.commit();
    return record;
  }

  async delete(organizationId: string, id: string): Promise<object> {
    const { objects, emit, store } = this.options;
    this.get(organizationId, id);
    const deleted = await objects.delete('organization_domain', id);
    emit('organizationDomain.deleted', deleted);
    await store.commit();
    return deleted;
  }

  private modeOf(mode: string): string {
    const { domainsEnrollmentModes } = this.options.store.settings;
    if (domainsEnrollmentModes.some((each) => each === mode)) return mode;
    throw invalidParameter(
      'enrollment_mode',
      'form_param_value_invalid',
      'is not allowed',
      `Use one of ${domainsEnrollmentModes.join(', ')}.`,
    );
  }

  private verification(): object {
    const verification = {
      status: 'verified',
      strategy: 'from_api',
      attempts: 0,
      expire_at: null,
      verified_at: this.options.now(),
    };
    return {
      affiliation_verification: verification,
      ownership_verification: verification,
      verification,
    };
  }
}

const unverified = {
  affiliation_verification: null,
  ownership_verification: null,
  verification: null,
};

function isVerified(record: ObjectRecord): boolean {
  return record['verification'] !== null;
}
