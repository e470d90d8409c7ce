import { z } from 'zod';
import { callBackend, type BackendAccess } from './backend-client.js';
import { findUser } from './find-user.js';

export interface MintSessionTokenOptions extends BackendAccess {
  /** An email address, or an id that begins with `user_`. */
  readonly user: string;
  /** Sent as `Origin`, such as `http://localhost:3000`; becomes `azp`. Without one the token has none. */
  readonly origin?: string | undefined;
}

/**
 * Signs a user in through the Backend API of a running development instance: a new session, and a
 * token of it.
 *
 * @returns the session token
 * @throws {ClerkLocalError} `not_reachable`, `backend_api_error` or `user_not_found`
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
