import type { Ids } from '../domain/shared/ids.js';
import type { SignUpRecord } from '../domain/state/attempt-records.js';
import type { EmailRecord, UserRecord } from '../domain/state/user-records.js';
import { newExternalAccount } from '../domain/users/external-accounts.js';
import { newEmail, newUser, newWallet } from '../domain/users/user-changes.js';

/**
 * Creates the user record of a complete sign-up.
 *
 * @param now milliseconds since the epoch
 */
export function signedUpUser(signUp: SignUpRecord, now: number, ids: Ids): UserRecord {
  const emails = signUp.email === null ? [] : [verifiedEmail(signUp, ids.next('idn'), now)];
  const { wallet } = signUp;
  const wallets =
    wallet === null
      ? []
      : [newWallet(ids.next('idn'), wallet.address, now, wallet.challenge?.strategy ?? null)];
  const fields = {
    external_id: signUp.externalId,
    username: signUp.username,
    phone_number: signUp.phone === null ? [] : [signUp.phone],
    first_name: signUp.firstName,
    last_name: signUp.lastName,
    locale: signUp.locale,
    unsafe_metadata: signUp.unsafeMetadata,
  };
  const { passwordHash, provider } = signUp;
  const account =
    provider?.status === 'verified' && provider.identity
      ? [newExternalAccount(provider.strategy, provider.identity, { now, ids })]
      : [];
  const password = passwordHash === null ? {} : { passwordHash, passwordUpdatedAt: now };
  return {
    ...newUser(fields, [], password, { now, ids }),
    wallets,
    primaryWalletId: wallets[0]?.id ?? null,
    emails,
    primaryEmailId: emails[0]?.id ?? null,
    externalAccounts: account,
  };
}

function verifiedEmail(
  { email, emailStrategy, provider }: SignUpRecord,
  id: string,
  now: number,
): EmailRecord {
  const isProvider = provider?.status === 'verified' && provider.identity?.email === email;
  return {
    ...newEmail(id, email ?? '', now),
    verification: {
      status: 'verified',
      strategy: isProvider
        ? `from_oauth_${provider.strategy.replace(/^oauth_/, '')}`
        : emailStrategy,
    },
  };
}
