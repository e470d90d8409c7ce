import { ticketStatus } from '../objects/tickets.js';
import { invalidParameter, resourceNotFound } from '../shared/clerk-api-error.js';
import type { Clock } from '../shared/ports.js';
import type { OrganizationRecord } from '../state/organization-records.js';
import type { Store } from '../state/store.js';
import { toOrganization, type Organization } from './organization-resource.js';

/** Finds organizations, presents them, and keeps their slugs unique. */
export class OrganizationDirectory {
  /** @param imageUrl returns the URL of an image for the object with an id */
  constructor(
    private readonly store: Store,
    private readonly imageUrl: (id: string) => string,
    private readonly now: Clock,
  ) {}

  /** @throws {ClerkApiError} 404 for an unknown id or slug */
  record(idOrSlug: string): OrganizationRecord {
    const { organizations } = this.store;
    const record =
      organizations.get(idOrSlug) ??
      [...organizations.values()].find(({ slug }) => slug === idOrSlug);
    if (record) return record;
    throw resourceNotFound(`No organization was found with id or slug ${idOrSlug}`);
  }

  present(record: OrganizationRecord): Organization {
    const pending = [...this.store.objects.values()].filter(
      (each) =>
        each.object === 'organization_invitation' &&
        each['organization_id'] === record.id &&
        ticketStatus(each, this.now()) === 'pending',
    );
    return toOrganization(record, {
      imageUrl: this.imageUrl(record.id),
      membersCount: this.membersCount(record.id),
      pendingInvitationsCount: pending.length,
    });
  }

  membersCount(organizationId: string): number {
    return [...this.store.memberships.values()].filter(
      (membership) => membership.organizationId === organizationId,
    ).length;
  }

  /** @throws {ClerkApiError} 422 for an invalid or taken slug */
  requireFreeSlug(slug: string): void {
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
    return [...this.store.organizations.values()].some((each) => each.slug === slug);
  }

  /** Derives a slug from the name. A number makes it unique. */
  freeSlug(name: string): string {
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
