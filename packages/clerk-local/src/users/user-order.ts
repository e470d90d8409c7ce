import { z } from 'zod';
import { primaryEmail, type UserRecord } from './user-record.js';

const keys = {
  created_at: (user) => user.createdAt,
  updated_at: (user) => user.updatedAt,
  last_active_at: (user) => user.lastActiveAt,
  last_sign_in_at: (user) => user.lastSignInAt,
  email_address: (user) => primaryEmail(user)?.address ?? null,
  first_name: (user) => user.firstName,
  last_name: (user) => user.lastName,
} satisfies Record<string, (user: UserRecord) => number | string | null>;

const keySchema = z.enum([
  'created_at',
  'updated_at',
  'last_active_at',
  'last_sign_in_at',
  'email_address',
  'first_name',
  'last_name',
]);

export interface UserOrder {
  readonly key: z.infer<typeof keySchema>;
  readonly descending: boolean;
}

/** `created_at`, `+created_at` or `-created_at`; a `+` that was not escaped arrives as a space. */
export const orderBySchema = z
  .string()
  .default('-created_at')
  .transform((text) => ({
    key: text.replace(/^[+\- ]/, ''),
    descending: text.startsWith('-'),
  }))
  .pipe(z.object({ key: keySchema, descending: z.boolean() }));

/** Users without a value come last, whichever the direction. */
export function compareUsers({
  key,
  descending,
}: UserOrder): (a: UserRecord, b: UserRecord) => number {
  const read = keys[key];
  return (a, b) => {
    const [left, right] = [read(a), read(b)];
    if (left === right) return 0;
    if (left === null) return 1;
    if (right === null) return -1;
    const ascending = left < right ? -1 : 1;
    return descending ? -ascending : ascending;
  };
}
