import { z } from 'zod';
import { ClerkLocalError } from '../errors/clerk-local-error.js';
import { callBackend, type BackendAccess } from './backend-client.js';

const userSchema = z.object({
  id: z.string(),
  first_name: z.string().nullable(),
  last_name: z.string().nullable(),
  primary_email_address_id: z.string().nullable(),
  email_addresses: z.array(z.object({ id: z.string(), email_address: z.string() })),
});
export type FoundUser = z.infer<typeof userSchema>;

const MOST = 500;

/** The users of a running instance, newest first; 500 at most. */
export function findUsers(access: BackendAccess): Promise<FoundUser[]> {
  return callBackend(access, {
    method: 'GET',
    path: `/users?limit=${MOST}`,
    answer: z.array(userSchema),
  });
}

/**
 * One user of a running instance.
 *
 * @param emailOrId an email address, or an id that begins with `user_`
 * @throws {ClerkLocalError} `user_not_found`
 */
export async function findUser(access: BackendAccess, emailOrId: string): Promise<FoundUser> {
  const filter = emailOrId.startsWith('user_') ? 'user_id' : 'email_address';
  const [user] = await callBackend(access, {
    method: 'GET',
    path: `/users?${new URLSearchParams({ [filter]: emailOrId }).toString()}`,
    answer: z.array(userSchema),
  });
  if (user) return user;
  throw new ClerkLocalError(
    'user_not_found',
    `There is no user ${emailOrId}.`,
    'List those there are with `clerk-local users`, or sign up first.',
  );
}
