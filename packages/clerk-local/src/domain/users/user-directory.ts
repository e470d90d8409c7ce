import { invalidParameter, resourceNotFound } from '../shared/clerk-api-error.js';
import type { UserRecord } from '../state/user-records.js';
import type { Store } from '../state/store.js';
import { normaliseEmail } from './email-address.js';
import { normaliseWallet } from './wallet-address.js';
import { checkUsernameRules } from './username.js';

/** Finds users, and checks that identifiers are unique. */
export class UserDirectory {
  constructor(private readonly store: Store) {}

  all(): UserRecord[] {
    return [...this.store.users.values()];
  }

  has(id: string): boolean {
    return this.store.users.has(id);
  }

  /** @throws {ClerkApiError} 404 if the user does not exist */
  get(id: string): UserRecord {
    const user = this.store.users.get(id);
    if (!user) throw resourceNotFound(`No user was found with id ${id}`);
    return user;
  }

  /** Finds the user with an email address. Ignores case. */
  findByEmail(address: string): UserRecord | undefined {
    return this.store.users.having('email', normaliseEmail(address))[0];
  }

  /** @throws {ClerkApiError} 422 `form_identifier_exists` */
  requireFreeEmail(address: string): void {
    if (this.findByEmail(address)) throw taken('email_address', 'email address');
  }

  /** Finds the user with a username. Ignores case. */
  findByUsername(username: string): UserRecord | undefined {
    return this.store.users.having('username', username.toLowerCase())[0];
  }

  /**
   * @param exceptUserId the user who may already have this name
   * @throws {ClerkApiError} 422 `form_identifier_exists`, or for characters that Clerk does not allow
   */
  requireFreeUsername(username: string | null | undefined, exceptUserId?: string): void {
    if (username === undefined || username === null) return;
    checkUsernameRules(username);
    const owner = this.findByUsername(username);
    if (owner && owner.id !== exceptUserId) throw taken('username', 'username');
  }

  /** Finds the user with a phone number that is verified or reserved. */
  findByPhone(number: string): UserRecord | undefined {
    return this.store.users
      .having('phone', number)
      .find(({ phones }) =>
        phones.some((phone) => (phone.verified || phone.reserved) && phone.number === number),
      );
  }

  /** @throws {ClerkApiError} 422 `form_identifier_exists` */
  requireFreePhone(number: string): void {
    if (this.store.users.having('phone', number).length > 0) {
      throw taken('phone_number', 'phone number');
    }
  }

  /** Finds the user with a verified web3 wallet. */
  findByWallet(text: string): UserRecord | undefined {
    const address = normaliseWallet(text);
    return this.store.users
      .having('wallet', address)
      .find(({ wallets }) =>
        wallets.some((wallet) => wallet.verifiedBy !== null && wallet.address === address),
      );
  }

  /** @throws {ClerkApiError} 422 `form_identifier_exists` */
  requireFreeWallet(address: string): void {
    if (this.store.users.having('wallet', address).length > 0) {
      throw taken('web3_wallet', 'web3 wallet');
    }
  }

  /**
   * @param exceptUserId the user who may already have this id
   * @throws {ClerkApiError} 422 `form_identifier_exists`
   */
  requireFreeExternalId(externalId: string | null | undefined, exceptUserId?: string): void {
    if (externalId === undefined || externalId === null) return;
    const [owner] = this.store.users.having('externalId', externalId);
    if (owner && owner.id !== exceptUserId) throw taken('external_id', 'external ID');
  }
}

function taken(paramName: string, name: string): Error {
  return invalidParameter(
    paramName,
    'form_identifier_exists',
    `That ${name} is taken. Please try another.`,
  );
}
