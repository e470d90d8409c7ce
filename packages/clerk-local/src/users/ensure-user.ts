import { parseParameters } from '../http/parameters.js';
import { createUserSchema } from './user-input.js';
import type { User } from './user-resource.js';
import type { Users } from './users.js';

export interface EnsureUserInput {
  readonly email: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  /** For a user who is created; an existing user's password stays. */
  readonly password?: string | undefined;
}

/**
 * The user with this email address, created where there is none. Calling it again changes
 * nothing and sends no webhook.
 */
export async function ensureUser(users: Users, input: EnsureUserInput): Promise<User> {
  const existing = users.directory.findByEmail(input.email);
  if (existing) return users.get(existing.id);
  const fields = parseParameters(createUserSchema, {
    email_address: [input.email],
    first_name: input.firstName,
    last_name: input.lastName,
    password: input.password,
  });
  return users.create(fields);
}
