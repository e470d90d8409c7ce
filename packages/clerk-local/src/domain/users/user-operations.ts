import { parseParameters } from '../shared/parameters.js';
import {
  createUserSchema,
  updateUserSchema,
  userMetadataSchema,
  type CreateUserInput,
  type UpdateUserInput,
  type UserMetadataInput,
} from './user-input.js';
import { userQuerySchema, type UserQuery } from './user-query.js';
import type { DeletedUser, User } from './user-resource.js';
import type { Users } from './users.js';

/**
 * The Backend API's operations on users, for programs in the same process.
 *
 * Parameters (in snake case), results and webhooks are those of the HTTP API. Its error responses
 * are rejections with `ClerkApiError`.
 *
 * @example
 * const ada = await clerk.users.create({ email_address: ['ada@example.com'] });
 * await clerk.users.update(ada.id, { first_name: 'Ada' });
 */
export interface UserOperations {
  create(input: CreateUserInput): Promise<User>;
  get(id: string): Promise<User>;
  /** Lists users: by default ten, newest first. */
  list(query?: UserQuery): Promise<User[]>;
  count(query?: UserQuery): Promise<number>;
  update(id: string, patch: UpdateUserInput): Promise<User>;
  /** Merges metadata deeply. A key with the value `null` is removed. */
  updateMetadata(id: string, metadata: UserMetadataInput): Promise<User>;
  delete(id: string): Promise<DeletedUser>;
  /** Returns the user with this email address. Creates the user if needed. Useful for seeds. */
  ensure(input: EnsureUserInput): Promise<User>;
}

/* eslint-disable @typescript-eslint/require-await -- errors must reject the promise, not throw */
export function userOperations(users: Users): UserOperations {
  return {
    create: async (input) => users.create(parseParameters(createUserSchema, input)),
    get: async (id) => users.get(id),
    list: async (query = {}) => users.list(parseParameters(userQuerySchema, query)),
    count: async (query = {}) => users.count(parseParameters(userQuerySchema, query)),
    update: async (id, patch) => users.update(id, parseParameters(updateUserSchema, patch)),
    updateMetadata: async (id, metadata) =>
      users.mergeMetadata(id, parseParameters(userMetadataSchema, metadata)),
    delete: async (id) => users.delete(id),
    ensure: async (input) => ensureUser(users, input),
  };
}

export interface EnsureUserInput {
  readonly email: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  /** For a new user. An existing user keeps their password. */
  readonly password?: string | undefined;
}

/** Changes nothing and sends no webhook if the user exists. */
async function ensureUser(users: Users, input: EnsureUserInput): Promise<User> {
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
