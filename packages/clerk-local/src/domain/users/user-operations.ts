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
 * The Backend API's operations on users for programs in the same process: its parameters (in
 * snake case), its answers, its webhooks, and its errors as `ClerkApiError`.
 */
export interface UserOperations {
  create(input: CreateUserInput): Promise<User>;
  get(id: string): Promise<User>;
  /** Ten users, newest first, by default. */
  list(query?: UserQuery): Promise<User[]>;
  count(query?: UserQuery): Promise<number>;
  update(id: string, patch: UpdateUserInput): Promise<User>;
  /** Merges deeply; a key with the value `null` is removed. */
  updateMetadata(id: string, metadata: UserMetadataInput): Promise<User>;
  delete(id: string): Promise<DeletedUser>;
  /** The user with this email address, created where there is none: for seeds. */
  ensure(input: EnsureUserInput): Promise<User>;
}

/* eslint-disable @typescript-eslint/require-await -- every operation is a promise, and so is every refusal */
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
  /** For a user who is created; an existing user's password stays. */
  readonly password?: string | undefined;
}

/**
 * The user with this email address, created where there is none. Calling it again changes
 * nothing and sends no webhook.
 */
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
