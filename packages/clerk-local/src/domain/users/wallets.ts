import { resourceNotFound } from '../shared/clerk-api-error.js';
import type { WalletStrategy } from '../shared/features.js';
import type { UserRecord } from '../state/user-records.js';
import type { WalletRecord } from '../state/wallet-record.js';
import { newWallet } from './user-changes.js';
import type { Users } from './users.js';
import {
  incorrectSignature,
  newWalletChallenge,
  verifyWalletSignature,
} from './wallet-signature.js';

/** The web3 wallets of users. */
export class Wallets {
  constructor(private readonly users: Users) {}

  /** Adds a wallet, which its owner has to verify with a signature. */
  async add(userId: string, address: string): Promise<WalletRecord> {
    const { directory } = this.users;
    directory.requireFreeWallet(address);
    const { ids, now } = this.users.newContext();
    const wallet = newWallet(ids.next('idn'), address, now, null);
    await this.users.change(userId, (user) => ({ ...user, wallets: [...user.wallets, wallet] }));
    return wallet;
  }

  /** @throws {ClerkApiError} 404 */
  get(userId: string, id: string): WalletRecord {
    const wallet = this.users.directory.get(userId).wallets.find((each) => each.id === id);
    if (wallet) return wallet;
    throw resourceNotFound(`No web3 wallet was found with id ${id}`);
  }

  /** Requests a signature. */
  async prepare(
    userId: string,
    id: string,
    strategy: WalletStrategy,
    origin: string | undefined,
  ): Promise<WalletRecord> {
    const { now } = this.users.newContext();
    const { address } = this.get(userId, id);
    const challenge = await newWalletChallenge(address, strategy, { origin, now });
    return this.change(userId, id, { challenge });
  }

  /** @throws {ClerkApiError} 422 for a wrong signature */
  async attempt(userId: string, id: string, signature: string): Promise<WalletRecord> {
    const { address, challenge } = this.get(userId, id);
    if (challenge === null) throw incorrectSignature();
    await verifyWalletSignature(address, challenge, signature);
    return this.change(userId, id, { challenge: null, verifiedBy: challenge.strategy });
  }

  async remove(userId: string, id: string): Promise<void> {
    this.get(userId, id);
    await this.users.change(userId, (user) =>
      withPrimary({ ...user, wallets: user.wallets.filter((each) => each.id !== id) }),
    );
  }

  private async change(
    userId: string,
    id: string,
    fields: Partial<WalletRecord>,
  ): Promise<WalletRecord> {
    const { now: updatedAt } = this.users.newContext();
    const changed = { ...this.get(userId, id), ...fields, updatedAt };
    await this.users.change(userId, (user) =>
      withPrimary({
        ...user,
        wallets: user.wallets.map((each) => (each.id === id ? changed : each)),
      }),
    );
    return changed;
  }
}

/** A user's first verified wallet is primary, until the user or a server chooses another one. */
function withPrimary(user: UserRecord): UserRecord {
  const verified = user.wallets.filter(({ verifiedBy }) => verifiedBy !== null);
  const primary = verified.find(({ id }) => id === user.primaryWalletId) ?? verified[0];
  return { ...user, primaryWalletId: primary?.id ?? null };
}
