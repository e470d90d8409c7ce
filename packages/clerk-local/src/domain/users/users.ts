import { invalidParameter } from '../shared/clerk-api-error.js';
import type { Clock } from '../shared/ports.js';
import type { WebhookEventType, UserRecord } from '../state/records.js';
import { endSessionsOf, type Store } from '../state/store.js';
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
  /** Where the avatar of a user is. */
  readonly imageUrl: (userId: string) => string;
  /** Called with every change, before it is stored, so that both are stored together. */
  readonly onEvent: (type: WebhookEventType, data: User | DeletedUser) => void;
}

/**
 * The instance's users: the operations of the Backend API, with its parameters, checks and errors
 * (`ClerkApiError`). Every change sends its webhook, and is stored when the promise resolves.
 */
export class Users {
  readonly directory: UserDirectory;

  constructor(private readonly options: UsersOptions) {
    this.directory = new UserDirectory(options.store);
  }

  /** `POST /v1/users`. The email addresses and the external id must not be taken. */
  async create(fields: ParsedCreateUser): Promise<User> {
    const addresses = (fields.email_address ?? []).map(parseEmail);
    if (addresses.length === 0 && fields.skip_user_requirement !== true) throw missingEmail();
    const password = await passwordFields(fields, this.options.now());
    // Checked after the last wait, so that of two who ask for one address only one gets it.
    for (const address of addresses) this.directory.requireFreeEmail(address);
    this.directory.requireFreeExternalId(fields.external_id);
    const user = newUser(fields, addresses, password, this.options.now());
    return this.#save('user.created', user);
  }

  /** `GET /v1/users/:id` */
  get(id: string): User {
    return this.#toUser(this.directory.get(id));
  }

  /** `GET /v1/users`, with its filters, order and paging. */
  list(query: ParsedUserQuery): User[] {
    return listUsers(this.directory.all(), query).map((record) => this.#toUser(record));
  }

  /** `GET /v1/users/count`: how many pass the filters, whatever the page. */
  count(query: ParsedUserQuery): number {
    return countUsers(this.directory.all(), query);
  }

  /** `PATCH /v1/users/:id`: what is left out stays, `null` clears. */
  async update(id: string, fields: ParsedUpdateUser): Promise<User> {
    this.directory.get(id);
    const password = await passwordFields(fields, this.options.now());
    // Read after the last wait: the user may have changed meanwhile.
    const user = updatedUser(this.directory.get(id), fields, password);
    this.directory.requireFreeExternalId(fields.external_id, id);
    if (fields.sign_out_of_other_sessions === true) this.#endSessions(id, 'revoked');
    return this.#save('user.updated', user);
  }

  /** `PATCH /v1/users/:id/metadata`: merges deeply; a key with the value `null` is removed. */
  async mergeMetadata(id: string, fields: ParsedUserMetadata): Promise<User> {
    const user = this.directory.get(id);
    return this.#save('user.updated', {
      ...user,
      publicMetadata: mergeMetadata(user.publicMetadata, fields.public_metadata),
      privateMetadata: mergeMetadata(user.privateMetadata, fields.private_metadata),
      unsafeMetadata: mergeMetadata(user.unsafeMetadata, fields.unsafe_metadata),
    });
  }

  /** `PUT /v1/users/:id/metadata`: replaces each of the three that is given. */
  async replaceMetadata(id: string, fields: ParsedUserMetadata): Promise<User> {
    const user = this.directory.get(id);
    return this.#save('user.updated', {
      ...user,
      publicMetadata: fields.public_metadata ?? user.publicMetadata,
      privateMetadata: fields.private_metadata ?? user.privateMetadata,
      unsafeMetadata: fields.unsafe_metadata ?? user.unsafeMetadata,
    });
  }

  /** Takes in somebody who signed up. The email addresses must not be taken. */
  async add(record: UserRecord): Promise<User> {
    for (const { address } of record.emails) this.directory.requireFreeEmail(address);
    return this.#save('user.created', record);
  }

  /** Replaces a record by what `change` makes of it. */
  async change(id: string, change: (user: UserRecord) => UserRecord): Promise<User> {
    return this.#save('user.updated', change(this.directory.get(id)));
  }

  /** Notes a sign-in. The profile does not change: no webhook, and `updated_at` stays. */
  async recordSignIn(id: string): Promise<void> {
    const { store, now } = this.options;
    const user = this.directory.get(id);
    store.users.set(id, { ...user, lastSignInAt: now(), lastActiveAt: now() });
    await store.commit();
  }

  /** `DELETE /v1/users/:id`: ends the user's sessions too. */
  async delete(id: string): Promise<DeletedUser> {
    const deleted = toDeletedUser(this.directory.get(id));
    this.options.store.users.delete(id);
    this.#endSessions(id, 'removed');
    this.options.onEvent('user.deleted', deleted);
    await this.options.store.commit();
    return deleted;
  }

  async #save(type: 'user.created' | 'user.updated', record: UserRecord): Promise<User> {
    const { store, now, onEvent } = this.options;
    const stored = store.users.get(record.id);
    // Two changes within a millisecond must still be two versions, in order.
    const updatedAt = Math.max(now(), stored === undefined ? 0 : stored.updatedAt + 1);
    const saved = { ...record, updatedAt };
    store.users.set(saved.id, saved);
    const user = this.#toUser(saved);
    onEvent(type, user);
    await store.commit();
    return user;
  }

  #endSessions(userId: string, status: 'revoked' | 'removed'): void {
    endSessionsOf(this.options.store, userId, status, this.options.now());
  }

  #toUser(record: UserRecord): User {
    return toUser(record, this.options.imageUrl(record.id));
  }
}

function missingEmail(): Error {
  return invalidParameter(
    'email_address',
    'form_data_missing',
    'is missing',
    'email_address must be included, or skip_user_requirement set.',
  );
}
