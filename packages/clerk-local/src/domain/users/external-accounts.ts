import { createHash } from 'node:crypto';
import { ClerkApiError, resourceNotFound } from '../shared/clerk-api-error.js';
import type { Ids } from '../shared/ids.js';
import type { ProviderIdentity } from '../state/attempt-records.js';
import type { ExternalAccountRecord, UserRecord } from '../state/user-records.js';
import type { User } from './user-resource.js';
import type { Users } from './users.js';

/** The accounts of users at OAuth providers. */
export class ExternalAccounts {
  constructor(private readonly users: Users) {}

  /**
   * Finds the user of an identity: the user who has connected it, else the user with its verified
   * email address.
   */
  find(strategy: string, identity: ProviderIdentity): UserRecord | undefined {
    const connected = this.owner(strategy, identity);
    if (connected) return connected;
    const user = this.users.directory.findByEmail(identity.email);
    const email = user?.emails.find(({ address }) => address === identity.email);
    return email?.verification?.status === 'verified' ? user : undefined;
  }

  /** Lists the identities that the simulated provider offers, connected ones first. */
  known(strategy: string): ProviderIdentity[] {
    const users = this.users.directory.all();
    const connected = users.flatMap(({ externalAccounts }) =>
      externalAccounts.filter((account) => isOf(account, strategy) && account.error === null),
    );
    const others = users.flatMap(({ emails, firstName, lastName }) =>
      emails.map(({ address: email }) => ({
        email,
        firstName: firstName ?? '',
        lastName: lastName ?? '',
      })),
    );
    const byEmail = new Map<string, ProviderIdentity>();
    for (const { email, firstName, lastName } of [...connected, ...others]) {
      if (!byEmail.has(email)) byEmail.set(email, { email, firstName, lastName });
    }
    return [...byEmail.values()].slice(0, 20);
  }

  /**
   * Connects an identity to a user. Does nothing if it is connected already.
   *
   * @param accountId replaces this account, as after a failed attempt
   * @throws {ClerkApiError} 422 if another user has connected it
   */
  async connect(
    userId: string,
    strategy: string,
    identity: ProviderIdentity,
    accountId?: string,
  ): Promise<void> {
    const owner = this.owner(strategy, identity);
    if (owner !== undefined && owner.id !== userId) throw takenAccount();
    if (owner !== undefined) return;
    const added = newExternalAccount(strategy, identity, this.users.newContext());
    await this.put(userId, { ...added, id: accountId ?? added.id });
  }

  /** Records a failed attempt to connect an account, so that the user's profile shows it. */
  async fail(userId: string, account: ExternalAccountRecord, code: string): Promise<void> {
    await this.put(userId, { ...account, error: code });
  }

  /** @throws {ClerkApiError} 404 */
  get(userId: string, accountId: string): ExternalAccountRecord {
    const account = this.users.directory
      .get(userId)
      .externalAccounts.find(({ id }) => id === accountId);
    if (account) return account;
    throw resourceNotFound(`No external account was found with id ${accountId}`);
  }

  private put(userId: string, account: ExternalAccountRecord): Promise<User> {
    return this.users.change(userId, (user) => ({
      ...user,
      externalAccounts: [...user.externalAccounts.filter(({ id }) => id !== account.id), account],
    }));
  }

  private owner(strategy: string, identity: ProviderIdentity): UserRecord | undefined {
    return this.users.directory
      .all()
      .find(({ externalAccounts }) =>
        externalAccounts.some(
          (account) =>
            isOf(account, strategy) && account.email === identity.email && account.error === null,
        ),
      );
  }
}

/** Creates the record of an account that the provider has confirmed. */
export function newExternalAccount(
  strategy: string,
  { email, firstName, lastName }: ProviderIdentity,
  { now, ids }: { readonly now: number; readonly ids: Ids },
): ExternalAccountRecord {
  return {
    id: ids.next('eac'),
    identificationId: ids.next('idn'),
    provider: strategy.replace(/^oauth_/, ''),
    providerUserId: createHash('sha256').update(`${strategy} ${email}`).digest('hex').slice(0, 21),
    email,
    firstName,
    lastName,
    error: null,
    createdAt: now,
    updatedAt: now,
  };
}

function isOf({ provider }: ExternalAccountRecord, strategy: string): boolean {
  return `oauth_${provider}` === strategy;
}

function takenAccount(): ClerkApiError {
  return new ClerkApiError(400, 'oauth_account_already_connected', 'already connected', {
    longMessage: 'This account is already connected to another user.',
  });
}
