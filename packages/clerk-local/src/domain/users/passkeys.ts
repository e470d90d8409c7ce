import type { Messages } from '../messages/messages.js';
import { ClerkApiError, resourceNotFound } from '../shared/clerk-api-error.js';
import type { PasskeyChallenge, PasskeyRecord, PasskeyRequest } from '../state/passkey-record.js';
import { fullName, primaryEmail, type UserRecord } from '../state/user-records.js';
import type { Store } from '../state/store.js';
import type { Users } from './users.js';
import {
  creationOptions,
  credentialIdOf,
  newChallenge,
  passkeyTimeoutMs,
  requestOptions,
  verifyAssertion,
  verifyRegistration,
} from './web-authn.js';

/** A passkey that the browser has not created yet. */
export interface PendingPasskey {
  readonly id: string;
  readonly name: string;
  readonly userId: string;
  readonly challenge: PasskeyChallenge;
  /** The options of `navigator.credentials.create()` as JSON. */
  readonly nonce: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface PasskeysOptions {
  readonly store: Store;
  readonly users: Users;
  readonly messages: Messages;
  readonly applicationName: string;
}

/** Passkeys of users (WebAuthn). Unfinished registrations are kept in memory. */
export class Passkeys {
  private readonly pending = new Map<string, PendingPasskey>();

  constructor(private readonly options: PasskeysOptions) {}

  /** Starts a registration. `finish` completes it with the credential that the browser creates. */
  begin(userId: string, origin: string | undefined): PendingPasskey {
    const { users, applicationName } = this.options;
    const { now, ids } = users.newContext();
    for (const [id, { createdAt }] of this.pending) {
      if (now - createdAt > passkeyTimeoutMs) this.pending.delete(id);
    }
    const user = users.directory.get(userId);
    const name = nameOf(user);
    const challenge = newChallenge(origin);
    const shown = { id: userId, name, displayName: fullName(user) ?? name };
    const pending = {
      id: ids.next('idn'),
      name: 'Passkey',
      userId,
      challenge,
      nonce: creationOptions(challenge, applicationName, shown, user.passkeys),
      createdAt: now,
      updatedAt: now,
    };
    this.pending.set(pending.id, pending);
    return pending;
  }

  /** @throws {ClerkApiError} 422 for an invalid credential */
  async finish(userId: string, id: string, credential: string): Promise<PasskeyRecord> {
    const { users } = this.options;
    const pending = this.pending.get(id);
    if (pending?.userId !== userId) throw noPasskey(id);
    const verified = await verifyRegistration(credential, pending.challenge);
    // Checked after the await: a challenge is used once.
    if (!this.pending.delete(id)) throw noPasskey(id);
    if (this.owner(verified.credentialId) !== undefined) throw alreadyRegistered();
    const { now } = users.newContext();
    const passkey: PasskeyRecord = {
      ...verified,
      id,
      name: pending.name,
      lastUsedAt: null,
      createdAt: pending.createdAt,
      updatedAt: now,
    };
    this.notify(userId, 'passkey_added');
    await users.change(userId, (user) => ({ ...user, passkeys: [...user.passkeys, passkey] }));
    return passkey;
  }

  /** Returns a passkey of a user, or one that is being registered. */
  get(userId: string, id: string): PasskeyRecord | PendingPasskey {
    const { passkeys } = this.options.users.directory.get(userId);
    const found = passkeys.find((each) => each.id === id) ?? this.pending.get(id);
    if (found === undefined || ('userId' in found && found.userId !== userId)) throw noPasskey(id);
    return found;
  }

  /** @throws {ClerkApiError} 404 for a passkey that is not registered */
  async rename(userId: string, id: string, name: string): Promise<PasskeyRecord> {
    const { users } = this.options;
    const { now } = users.newContext();
    const passkey = users.directory.get(userId).passkeys.find((each) => each.id === id);
    if (passkey === undefined) throw noPasskey(id);
    const renamed = { ...passkey, name, updatedAt: now };
    await users.change(userId, (user) => ({ ...user, passkeys: replaced(user, renamed) }));
    return renamed;
  }

  /** Removes a passkey, or cancels a registration. */
  async remove(userId: string, id: string): Promise<void> {
    const found = this.get(userId, id);
    if ('userId' in found) {
      this.pending.delete(id);
      return;
    }
    this.notify(userId, 'passkey_removed');
    await this.options.users.change(userId, (user) => ({
      ...user,
      passkeys: user.passkeys.filter((each) => each.id !== id),
    }));
  }

  /**
   * Requests a signature.
   *
   * @param user the user who signs in; missing if the visitor chooses one of their device's
   * passkeys
   */
  request(origin: string | undefined, user?: UserRecord): PasskeyRequest {
    const challenge = newChallenge(origin);
    return { ...challenge, nonce: requestOptions(challenge, user?.passkeys ?? []) };
  }

  /**
   * Checks the browser's signature, and records the use, which does not change the profile.
   *
   * @param userId the user who must own the passkey; `null` for any user
   * @returns the passkey's user
   * @throws {ClerkApiError} 422 for an unknown passkey and an invalid signature
   */
  async verify(
    credential: string,
    challenge: PasskeyChallenge,
    userId: string | null,
  ): Promise<UserRecord> {
    const { users, store } = this.options;
    const credentialId = credentialIdOf(credential);
    const owner = this.owner(credentialId);
    const passkey = owner?.passkeys.find((each) => each.credentialId === credentialId);
    if (owner === undefined || passkey === undefined) throw notRegistered();
    if (userId !== null && owner.id !== userId) throw otherUser();
    const counter = await verifyAssertion(credential, challenge, passkey);
    // Read again after the await: the user may have changed, or may have removed the passkey.
    const user = this.owner(credentialId);
    if (user === undefined) throw notRegistered();
    const lastUsedAt = users.newContext().now;
    store.users.set(user.id, {
      ...user,
      passkeys: replaced(user, { ...passkey, counter, lastUsedAt }),
    });
    await store.commit();
    return user;
  }

  private owner(credentialId: string): UserRecord | undefined {
    return this.options.users.directory
      .all()
      .find(({ passkeys }) => passkeys.some((each) => each.credentialId === credentialId));
  }

  private notify(userId: string, slug: 'passkey_added' | 'passkey_removed'): void {
    const email = primaryEmail(this.options.users.directory.get(userId));
    if (email === undefined) return;
    this.options.messages.email({
      slug,
      to: email.address,
      userId,
      identificationId: email.id,
      data: {},
    });
  }
}

function replaced({ passkeys }: UserRecord, changed: PasskeyRecord): PasskeyRecord[] {
  return passkeys.map((each) => (each.id === changed.id ? changed : each));
}

function nameOf(user: UserRecord): string {
  return primaryEmail(user)?.address ?? user.username ?? user.id;
}

function noPasskey(id: string): ClerkApiError {
  return resourceNotFound(`No passkey was found with id ${id}`);
}

function notRegistered(): ClerkApiError {
  return new ClerkApiError(404, 'passkey_not_registered', 'not registered', {
    longMessage: 'This passkey is not registered. Use another method.',
    paramName: 'public_key_credential',
  });
}

function otherUser(): ClerkApiError {
  return new ClerkApiError(400, 'passkey_invalid_verification', 'is invalid', {
    longMessage: 'The passkey belongs to another user.',
    paramName: 'public_key_credential',
  });
}

function alreadyRegistered(): ClerkApiError {
  return new ClerkApiError(422, 'passkey_already_exists', 'already registered', {
    longMessage: 'This passkey is already registered.',
    paramName: 'public_key_credential',
  });
}
