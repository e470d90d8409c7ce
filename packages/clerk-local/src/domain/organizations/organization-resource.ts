import type { MembershipRecord, OrganizationRecord } from '../state/organization-records.js';
import { primaryEmail } from '../state/user-records.js';
import type { UserRecord } from '../state/user-records.js';

type Metadata = Readonly<Record<string, unknown>>;

/** An organization as the Backend API returns it. Times are milliseconds since the epoch. */
export interface Organization {
  readonly object: 'organization';
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly image_url: string;
  readonly has_image: boolean;
  readonly members_count: number;
  readonly pending_invitations_count: number;
  readonly max_allowed_memberships: number;
  readonly admin_delete_enabled: boolean;
  readonly public_metadata: Metadata;
  readonly private_metadata: Metadata;
  readonly created_by?: string;
  readonly created_at: number;
  readonly updated_at: number;
}

/** The data of a user that other members see. */
export interface PublicUserData {
  readonly user_id: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly profile_image_url: string;
  readonly image_url: string;
  readonly has_image: boolean;
  readonly identifier: string;
  readonly username: string | null;
  readonly banned: boolean;
}

/** A membership as the Backend API returns it. Times are milliseconds since the epoch. */
export interface Membership {
  readonly object: 'organization_membership';
  readonly id: string;
  readonly role: string;
  readonly role_name: string;
  readonly permissions: readonly string[];
  readonly public_metadata: Metadata;
  readonly private_metadata: Metadata;
  readonly organization: Organization;
  readonly public_user_data: PublicUserData;
  readonly created_at: number;
  readonly updated_at: number;
}

/** Data for the presentation of an organization in addition to its record. */
export interface OrganizationContext {
  readonly imageUrl: string;
  readonly membersCount: number;
  readonly pendingInvitationsCount: number;
}

/** Presents an organization. */
export function toOrganization(
  record: OrganizationRecord,
  context: OrganizationContext,
): Organization {
  return {
    object: 'organization',
    id: record.id,
    name: record.name,
    slug: record.slug,
    image_url: record.imageUrl ?? context.imageUrl,
    has_image: record.imageUrl !== null,
    members_count: context.membersCount,
    pending_invitations_count: context.pendingInvitationsCount,
    max_allowed_memberships: record.maxAllowedMemberships,
    admin_delete_enabled: record.adminDeleteEnabled,
    public_metadata: record.publicMetadata,
    private_metadata: record.privateMetadata,
    ...(record.createdBy === null ? {} : { created_by: record.createdBy }),
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  };
}

/** Data for the presentation of a membership in addition to its record. */
export interface MembershipContext {
  readonly organization: Organization;
  readonly user: UserRecord;
  readonly userImageUrl: string;
  readonly roleName: string;
  readonly permissions: readonly string[];
}

/** Presents a membership. */
export function toMembership(record: MembershipRecord, context: MembershipContext): Membership {
  const { organization, user, userImageUrl } = context;
  return {
    object: 'organization_membership',
    id: record.id,
    role: record.role,
    role_name: context.roleName,
    permissions: context.permissions,
    public_metadata: record.publicMetadata,
    private_metadata: record.privateMetadata,
    organization,
    public_user_data: toPublicUserData(user, userImageUrl),
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  };
}

/**
 * Presents the data of a user that other members see.
 *
 * @param drawnImageUrl the avatar of users without an image
 */
export function toPublicUserData(user: UserRecord, drawnImageUrl: string): PublicUserData {
  const imageUrl = user.imageUrl ?? drawnImageUrl;
  return {
    user_id: user.id,
    first_name: user.firstName,
    last_name: user.lastName,
    profile_image_url: imageUrl,
    image_url: imageUrl,
    has_image: user.imageUrl !== null,
    identifier: primaryEmail(user)?.address ?? user.username ?? '',
    username: user.username,
    banned: user.banned,
  };
}
