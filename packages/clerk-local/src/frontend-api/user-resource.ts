import type { PasskeyRecord } from '../domain/state/passkey-record.js';
import { toClientPasskey, type ClientPasskey } from './passkey-resource.js';
import type { EmailAddress } from '../domain/users/identification-resources.js';
import type { User } from '../domain/users/user-resource.js';
import type { Membership } from '../domain/organizations/organization-resource.js';
import { toClientMembership, type ClientMembership } from './organization-resource.js';
import { codeLifetimeMs } from '../domain/messages/codes.js';

/** A user as the Frontend API returns it to the user, without the fields that only servers see. */
export type ClientUser = Omit<
  User,
  'private_metadata' | 'create_organizations_limit' | 'passkeys'
> & {
  readonly passkeys: readonly ClientPasskey[];
  readonly organization_memberships: readonly ClientMembership[];
};

/** Presents the signed-in user. */
export function toClientUser(
  { private_metadata, create_organizations_limit, ...user }: User,
  memberships: readonly Membership[],
  passkeys: readonly PasskeyRecord[],
): ClientUser {
  return {
    ...user,
    email_addresses: user.email_addresses.map(toClientEmailAddress),
    passkeys: passkeys.map(toClientPasskey),
    organization_memberships: memberships.map(toClientMembership),
  };
}

const sent: ReadonlySet<string> = new Set(['email_code', 'email_link']);

/** Presents an email address. A verification by code or link also gets its expiry time. */
export function toClientEmailAddress(email: EmailAddress): EmailAddress {
  const { verification } = email;
  if (!verification || !sent.has(verification.strategy)) return email;
  return {
    ...email,
    verification: { ...verification, expire_at: email.updated_at + codeLifetimeMs },
  };
}

/** The public data of a user. */
export interface PublicUserData {
  readonly user_id: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly image_url: string;
  readonly has_image: boolean;
  /** The primary email address, or an empty text. */
  readonly identifier: string;
}

/** Presents the public data of a user. */
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
