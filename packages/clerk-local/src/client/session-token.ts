import { z } from 'zod';
import { ClerkLocalError } from '../domain/shared/clerk-local-error.js';
import { callBackend, type BackendAccess } from './backend-client.js';

/** Options of `mintSessionToken`. */
export interface MintSessionTokenOptions extends BackendAccess {
  /** An email address, or an id that begins with `user_`. */
  readonly user: string;
  /** Sent as `Origin`, such as `http://localhost:3000`. Without it, the token has no `azp`. */
  readonly origin?: string | undefined;
}

/**
 * Signs a user in through the Backend API of a running development instance.
 *
 * Creates a new session, which Clerk allows for development instances only.
 *
 * @returns a session token
 * @throws {ClerkLocalError} `not_reachable`, `backend_api_error` or `user_not_found`
 * @example
 * const token = await mintSessionToken({
 *   apiUrl: 'http://127.0.0.1:4010',
 *   secretKey: 'sk_test_…',
 *   user: 'ada@example.com',
 * });
 */
export async function mintSessionToken(options: MintSessionTokenOptions): Promise<string> {
  const user = await findUser(options, options.user);
  const session = await callBackend(options, {
    method: 'POST',
    path: '/sessions',
    body: { user_id: user.id },
    answer: z.object({ id: z.string() }),
  });
  const { jwt } = await callBackend(options, {
    method: 'POST',
    path: `/sessions/${session.id}/tokens`,
    origin: options.origin,
    answer: z.object({ jwt: z.string() }),
  });
  return jwt;
}

const userSchema = z.object({
  id: z.string(),
  first_name: z.string().nullable(),
  last_name: z.string().nullable(),
  primary_email_address_id: z.string().nullable(),
  email_addresses: z.array(z.object({ id: z.string(), email_address: z.string() })),
});
export type FoundUser = z.infer<typeof userSchema>;

const maxUsers = 500;

/** Lists the users of a running instance, newest first, at most 500. */
export function findUsers(access: BackendAccess): Promise<FoundUser[]> {
  return callBackend(access, {
    method: 'GET',
    path: `/users?limit=${maxUsers}`,
    answer: z.array(userSchema),
  });
}

/**
 * Finds a user of a running instance.
 *
 * @param emailOrId an email address, or an id that begins with `user_`
 * @throws {ClerkLocalError} `user_not_found`
 */
async function findUser(access: BackendAccess, emailOrId: string): Promise<FoundUser> {
  const filter = emailOrId.startsWith('user_') ? 'user_id' : 'email_address';
  const [user] = await callBackend(access, {
    method: 'GET',
    path: `/users?${new URLSearchParams({ [filter]: emailOrId }).toString()}`,
    answer: z.array(userSchema),
  });
  if (user) return user;
  throw new ClerkLocalError(
    'user_not_found',
    `The user ${emailOrId} does not exist.`,
    'List the users with `clerk-local users`, or sign up first.',
  );
}
