import type { EmailAddress, User } from '../domain/users/user-resource.js';
import { CODE_LIFETIME_MS } from './verification.js';

/** A user as the Frontend API shows one to the person: without what only servers may see. */
export type ClientUser = Omit<User, 'private_metadata' | 'create_organizations_limit'> & {
  readonly organization_memberships: readonly never[];
};

export function toClientUser({
  private_metadata,
  create_organizations_limit,
  ...user
}: User): ClientUser {
  return {
    ...user,
    email_addresses: user.email_addresses.map(toClientEmailAddress),
    organization_memberships: [],
  };
}

/** The same, but that a verification by a code says until when the code is valid. */
export function toClientEmailAddress(email: EmailAddress): EmailAddress {
  const { verification } = email;
  if (verification?.strategy !== 'email_code') return email;
  return {
    ...email,
    verification: { ...verification, expire_at: email.updated_at + CODE_LIFETIME_MS },
  };
}

/** What others may see of a user. */
export interface PublicUserData {
  readonly user_id: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly image_url: string;
  readonly has_image: boolean;
  /** The primary email address; empty where there is none. */
  readonly identifier: string;
}

export function toPublicUserData(user: User): PublicUserData {
  const primary = user.email_addresses.find(({ id }) => id === user.primary_email_address_id);
  return {
    user_id: user.id,
    first_name: user.first_name,
    last_name: user.last_name,
    image_url: user.image_url,
    has_image: user.has_image,
    identifier: primary?.email_address ?? '',
  };
}
