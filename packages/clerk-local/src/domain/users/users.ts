import { invalidParameter, resourceNotFound } from '../shared/clerk-api-error.js';
import type { Ids } from '../shared/ids.js';
import type { Clock } from '../shared/ports.js';
import type { UserRecord } from '../state/user-records.js';
import type { EmitEvent } from '../state/webhook-records.js';
import type { Store } from '../state/store.js';
import { parseEmail } from './email-address.js';
import { passwordFields } from './password.js';
import { mergeMetadata, newUser, updatedUser } from './user-changes.js';
import { UserDirectory } from './user-directory.js';
import type { ParsedCreateUser, ParsedUpdateUser, ParsedUserMetadata } from './user-input.js';
import { countUsers, listUsers, type ParsedUserQuery } from './user-query.js';
import { toDeletedUser, toUser, type DeletedUser, type User } from './user-resource.js';

export interface UsersOptions {
  readonly store: Store;
  readonly now: Clock;
  /** Returns the URL of a user's avatar. */
  readonly imageUrl: (userId: string) => string;
  readonly emit: EmitEvent;
  /** Ends all sessions of a user. The caller commits the store. */
  readonly endSessions: (userId: string, status: 'revoked' | 'removed') => void;
  /** Called when a user was created or changed, before the store is committed. */
  readonly saved: (userId: string) => void;
}

/**
 * The Backend API's operations on users, with its checks and errors (`ClerkApiError`).
 *
 * Every change emits its webhook event and is persisted when the promise resolves.
 */
export class Users {
  readonly directory: UserDirectory;

  constructor(private readonly options: UsersOptions) {
    this.directory = new UserDirectory(options.store);
  }

  /**
   * `POST /v1/users`. The email addresses and the external id must be free.
   *
   * @param adjust changes the record before it is stored, for fields that the Backend API cannot
   * set
   */
  async create(
    fields: ParsedCreateUser,
    adjust: (record: UserRecord) => UserRecord = (record) => record,
  ): Promise<User> {
    const addresses = (fields.email_address ?? []).map(parseEmail);
    requireDistinct('email_address', addresses);
    requireDistinct('phone_number', fields.phone_number);
    requireDistinct('web3_wallet', fields.web3_wallet);
    requireParallel('email_address', fields);
    requireParallel('phone_number', fields);
    if (addresses.length === 0 && fields.skip_user_requirement !== true) throw missingEmail();
    const password = await passwordFields(fields, this.options.now());
    // Checked after the last await: of two concurrent requests, only one gets an address.
    for (const address of addresses) this.directory.requireFreeEmail(address);
    for (const number of fields.phone_number ?? []) this.directory.requireFreePhone(number);
    for (const address of fields.web3_wallet ?? []) this.directory.requireFreeWallet(address);
    this.directory.requireFreeUsername(fields.username);
    this.directory.requireFreeExternalId(fields.external_id);
    const user = newUser(fields, addresses, password, this.newContext());
    return this.save('user.created', adjust(user));
  }

  /** `GET /v1/users/:id` */
  get(id: string): User {
    return this.toUser(this.directory.get(id));
  }

  /** `GET /v1/users`, with its filters, order and paging. */
  list(query: ParsedUserQuery): User[] {
    const found = listUsers(this.directory.all(), query, this.organizationsOf());
    return found.map((record) => this.toUser(record));
  }

  /** `GET /v1/users/count`. Ignores paging. */
  count(query: ParsedUserQuery): number {
    return countUsers(this.directory.all(), query, this.organizationsOf());
  }

  private organizationsOf(): (userId: string) => readonly string[] {
    const memberships = [...this.options.store.memberships.values()];
    return (userId) =>
      memberships.filter((each) => each.userId === userId).map((each) => each.organizationId);
  }

  /** `PATCH /v1/users/:id`. Missing fields keep their value; `null` clears. */
  async update(id: string, fields: ParsedUpdateUser): Promise<User> {
    this.directory.get(id);
    const now = this.options.now();
    const password = await passwordFields(fields, now);
    // Read again after the last await: the user may have changed.
    const user = updatedUser(this.directory.get(id), fields, password, now);
    this.directory.requireFreeExternalId(fields.external_id, id);
    this.directory.requireFreeUsername(fields.username, id);
    if (fields.sign_out_of_other_sessions === true) this.options.endSessions(id, 'revoked');
    return this.save('user.updated', user);
  }

  /** `PATCH /v1/users/:id/metadata`. Merges deeply; a key with the value `null` is removed. */
  async mergeMetadata(id: string, fields: ParsedUserMetadata): Promise<User> {
    const user = this.directory.get(id);
    return this.save('user.updated', {
      ...user,
      publicMetadata: mergeMetadata('public_metadata', user.publicMetadata, fields),
      privateMetadata: mergeMetadata('private_metadata', user.privateMetadata, fields),
      unsafeMetadata: mergeMetadata('unsafe_metadata', user.unsafeMetadata, fields),
    });
  }

  /** `PUT /v1/users/:id/metadata`. Replaces each kind of metadata that is given. */
  async replaceMetadata(id: string, fields: ParsedUserMetadata): Promise<User> {
    const user = this.directory.get(id);
    return this.save('user.updated', {
      ...user,
      publicMetadata: fields.public_metadata ?? user.publicMetadata,
      privateMetadata: fields.private_metadata ?? user.privateMetadata,
      unsafeMetadata: fields.unsafe_metadata ?? user.unsafeMetadata,
    });
  }

  /** Adds a user who has signed up. The email addresses must be free. */
  async add(record: UserRecord): Promise<User> {
    for (const { address } of record.emails) this.directory.requireFreeEmail(address);
    return this.save('user.created', record);
  }

  /** Replaces a user record with the result of `change`. */
  async change(id: string, change: (user: UserRecord) => UserRecord): Promise<User> {
    return this.save('user.updated', change(this.directory.get(id)));
  }

  /**
   * `POST /v1/users/:id/ban`. Ends the user's sessions and refuses new ones until `unban`.
   */
  async ban(id: string): Promise<User> {
    this.directory.get(id);
    this.options.endSessions(id, 'revoked');
    return this.change(id, (user) => ({ ...user, banned: true }));
  }

  /** `POST /v1/users/:id/unban` */
  unban(id: string): Promise<User> {
    return this.change(id, (user) => ({ ...user, banned: false }));
  }

  /** Ends all sessions of a user. The caller changes and thus commits the user. */
  signOut(id: string): void {
    this.options.endSessions(id, 'revoked');
  }

  /** @throws {ClerkApiError} 404 for an unknown account */
  async removeExternalAccount(id: string, accountId: string): Promise<User> {
    const { externalAccounts } = this.directory.get(id);
    if (!externalAccounts.some((account) => account.id === accountId)) {
      throw resourceNotFound(`No external account was found with id ${accountId}`);
    }
    return this.change(id, (user) => ({
      ...user,
      externalAccounts: user.externalAccounts.filter((account) => account.id !== accountId),
    }));
  }

  /**
   * Removes a user's password, and ends their sessions if asked to. A user without one does not
   * change.
   */
  async removePassword(id: string, signOut: boolean): Promise<User> {
    const { passwordHash } = this.directory.get(id);
    if (signOut) this.options.endSessions(id, 'revoked');
    if (passwordHash === null) {
      await this.options.store.commit();
      return this.get(id);
    }
    return this.change(id, (user) => ({
      ...user,
      passwordHash: null,
      passwordUpdatedAt: null,
      passwordCompromised: false,
    }));
  }

  /** @param imageUrl `null` for the drawn avatar */
  setImage(id: string, imageUrl: string | null): Promise<User> {
    return this.change(id, (user) => ({ ...user, imageUrl }));
  }

  /** Records a sign-in. This is not a profile change: no webhook, and `updated_at` stays. */
  async recordSignIn(id: string): Promise<void> {
    const { store, now } = this.options;
    const user = this.directory.get(id);
    store.users.set(id, { ...user, lastSignInAt: now(), lastActiveAt: now() });
    await store.commit();
  }

  /** `DELETE /v1/users/:id`. Also ends the user's sessions. */
  async delete(id: string): Promise<DeletedUser> {
    const deleted = toDeletedUser(this.directory.get(id));
    this.options.endSessions(id, 'removed');
    this.options.store.users.delete(id);
    this.options.emit('user.deleted', deleted, id);
    await this.options.store.commit();
    return deleted;
  }

  private async save(type: 'user.created' | 'user.updated', record: UserRecord): Promise<User> {
    const { store, now, emit } = this.options;
    const stored = store.users.get(record.id);
    // Two changes within one millisecond must still get increasing versions.
    const updatedAt = Math.max(now(), stored === undefined ? 0 : stored.updatedAt + 1);
    const saved = { ...record, updatedAt };
    store.users.set(saved.id, saved);
    const user = this.toUser(saved);
    emit(type, user, user.id);
    this.options.saved(user.id);
    await store.commit();
    return user;
  }

  /** The time and the source of ids for a new user. */
  newContext(): { readonly now: number; readonly ids: Ids } {
    return { now: this.options.now(), ids: this.options.store.ids };
  }

  private toUser(record: UserRecord): User {
    return toUser(record, this.options.imageUrl(record.id));
  }
}

/** @throws {ClerkApiError} 422 for a value that is given twice */
function requireDistinct(name: string, values: readonly string[] = []): void {
  if (new Set(values).size === values.length) return;
  const longMessage = `${name} has the same value more than once.`;
  throw invalidParameter(name, 'form_identifier_exists', 'is given twice', longMessage);
}

/** @throws {ClerkApiError} 422 unless the statuses are none, or as many as the identifiers */
function requireParallel(name: 'email_address' | 'phone_number', fields: ParsedCreateUser): void {
  const statusName = `${name}_identification_status` as const;
  const statuses = fields[statusName] ?? [];
  if (statuses.length === 0 || statuses.length === (fields[name] ?? []).length) return;
  throw invalidParameter(
    statusName,
    'form_param_format_invalid',
    'is invalid',
    `${statusName} must have one item for each item of ${name}.`,
  );
}

function missingEmail(): Error {
  return invalidParameter(
    'email_address',
    'form_data_missing',
    'is missing',
    'email_address must be included, or skip_user_requirement set.',
  );
}
