import type { WalletStrategy } from '../domain/shared/features.js';
import type { SignInRecord } from '../domain/state/attempt-records.js';
import type { ClientRecord } from '../domain/state/session-records.js';
import type { UserRecord } from '../domain/state/user-records.js';
import { normaliseWallet } from '../domain/users/wallet-address.js';
import {
  incorrectSignature,
  newWalletChallenge,
  verifyWalletSignature,
} from '../domain/users/wallet-signature.js';
import type { SignInProgress } from './sign-in-progress.js';
import type { SignIn } from './sign-in-resource.js';
import { unknownStrategy } from './verification.js';

/** Sign-ins with the signature of a web3 wallet. */
export class WalletSignIns {
  constructor(private readonly progress: SignInProgress) {}

  /**
   * Requests the signature of a verified wallet: the chosen or the entered one.
   *
   * @param origin the request's `Origin`, which the signed text names
   */
  async prepare(
    client: ClientRecord,
    record: SignInRecord,
    user: UserRecord,
    strategy: WalletStrategy,
    chosen: { readonly walletId: string | null; readonly origin: string | undefined },
  ): Promise<SignIn> {
    const entered = normaliseWallet(record.identifier ?? '');
    const verified = user.wallets.filter(({ verifiedBy }) => verifiedBy !== null);
    const wallet =
      verified.find(({ id }) => id === chosen.walletId) ??
      verified.find(({ address }) => address === entered);
    if (wallet === undefined) throw unknownStrategy('sign-in', strategy);
    const context = { origin: chosen.origin, now: this.progress.now() };
    const challenge = await newWalletChallenge(wallet.address, strategy, context);
    return this.progress.keep(client, {
      ...record,
      codeSent: false,
      passkey: null,
      wallet: { ...challenge, walletId: wallet.id },
    });
  }

  /** @throws {ClerkApiError} 422 for a wrong signature */
  async attempt(
    client: ClientRecord,
    record: SignInRecord,
    user: UserRecord,
    strategy: WalletStrategy,
    signature: string,
  ): Promise<SignIn> {
    const { wallet: challenge } = record;
    const wallet = user.wallets.find(({ id }) => id === challenge?.walletId);
    if (challenge?.strategy !== strategy || wallet === undefined) throw incorrectSignature();
    await verifyWalletSignature(wallet.address, challenge, signature);
    return this.progress.pass(client, record, user, strategy);
  }
}
