import { fullName, primaryEmail, type UserRecord } from '../users/user-record.js';

/** What a shortcode can name besides the user's record. */
export interface ShortcodeUser {
  readonly record: UserRecord;
  readonly imageUrl: string;
}

type Reader = (user: ShortcodeUser) => unknown;

/** `{{user.…}}`, by Clerk's names. Times are milliseconds since the epoch. */
const readers: Readonly<Record<string, Reader>> = {
  id: ({ record }) => record.id,
  external_id: ({ record }) => record.externalId,
  primary_email_address: ({ record }) => primaryEmail(record)?.address ?? null,
  email_verified: ({ record }) => primaryEmail(record)?.verification?.status === 'verified',
  primary_phone_number: () => null,
  primary_web3_wallet: () => null,
  phone_number_verified: () => false,
  two_factor_enabled: () => false,
  username: () => null,
  first_name: ({ record }) => record.firstName,
  last_name: ({ record }) => record.lastName,
  full_name: ({ record }) => fullName(record),
  image_url: ({ imageUrl }) => imageUrl,
  has_image: () => false,
  locale: ({ record }) => record.locale,
  created_at: ({ record }) => record.createdAt,
  updated_at: ({ record }) => record.updatedAt,
  last_sign_in_at: ({ record }) => record.lastSignInAt,
  public_metadata: ({ record }) => record.publicMetadata,
  unsafe_metadata: ({ record }) => record.unsafeMetadata,
};

/** The only shortcodes below which a further path can lead. */
const nested = new Set(['public_metadata', 'unsafe_metadata']);

/** Whether a path such as `['user', 'public_metadata', 'role']` names something. */
export function isKnownPath([root, name, ...rest]: readonly string[]): boolean {
  if (root !== 'user' || name === undefined || !Object.hasOwn(readers, name)) return false;
  return rest.length === 0 || nested.has(name);
}

/** The value at a known path; `null` where the user has none. */
export function readPath(path: readonly string[], user: ShortcodeUser): unknown {
  const [, name, ...rest] = path;
  let value = name === undefined ? undefined : readers[name]?.(user);
  for (const key of rest) value = ownProperty(value, key);
  return value ?? null;
}

function ownProperty(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, key)?.value as unknown;
}
