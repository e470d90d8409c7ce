import type { Membership, Organization } from '../domain/organizations/organization-resource.js';

/** An organization as the Frontend API returns it to its members. */
export type ClientOrganization = Omit<Organization, 'private_metadata' | 'created_by'>;

/** A membership as the Frontend API returns it. */
export type ClientMembership = Omit<Membership, 'private_metadata' | 'organization'> & {
  readonly organization: ClientOrganization;
};

/** Presents an organization without the fields that only servers see. */
export function toClientOrganization(organization: Organization): ClientOrganization {
  const { private_metadata, created_by, ...shown } = organization;
  return shown;
}

/** Presents a membership without the fields that only servers see. */
export function toClientMembership(membership: Membership): ClientMembership {
  const { private_metadata, organization, ...shown } = membership;
  return { ...shown, organization: toClientOrganization(organization) };
}

/** Presents an invitation to the members of its organization. */
export function toClientInvitation(invitation: Readonly<Record<string, unknown>>): object {
  const { private_metadata, inviter_id, public_inviter_data, ...shown } = invitation;
  return shown;
}
