import type { AccessRules } from '../domain/sessions/access-rules.js';
import type { Clients } from '../domain/sessions/clients.js';
import {
  newProviderAttempt,
  nothingToTransfer,
  providerErrors,
} from '../domain/sessions/provider-attempts.js';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';
import type {
  ProviderAttempt,
  ProviderIdentity,
  SignInRecord,
} from '../domain/state/attempt-records.js';
import type { ClientRecord } from '../domain/state/session-records.js';
import type { UserRecord } from '../domain/state/user-records.js';
import type { ExternalAccounts } from '../domain/users/external-accounts.js';
import type { ClientSessions } from './client-sessions.js';
import type { ProviderFlows } from './provider-flows.js';
import { wrongStage, type SignInProgress } from './sign-in-progress.js';
import type { SignIn } from './sign-in-resource.js';

export interface ProviderSignInsOptions {
  readonly clients: Clients;
  readonly clientSessions: ClientSessions;
  readonly accessRules: AccessRules;
  readonly externalAccounts: ExternalAccounts;
  readonly flows: ProviderFlows;
}

/** Sign-ins with a simulated OAuth provider. */
export class ProviderSignIns {
  constructor(
    private readonly progress: SignInProgress,
    private readonly options: ProviderSignInsOptions,
  ) {}

  /** Starts a sign-in at a provider. */
  async begin(client: ClientRecord, strategy: string, redirectUrl: string): Promise<SignIn> {
    const { clients, clientSessions, flows } = this.options;
    clientSessions.requireSignedOut(client);
    const record = this.progress.newRecord({});
    const url = flows.begin({
      devBrowser: client.devBrowser,
      strategy,
      redirectUrl,
      intent: { kind: 'sign_in', attemptId: record.id },
    });
    const signIn = { ...record, provider: newProviderAttempt(strategy, url) };
    await clients.update(client, { signIn });
    return this.progress.show(signIn);
  }

  /**
   * Continues when the browser returns from the provider. Without a user, the sign-in can be
   * transferred to a sign-up.
   *
   * @param identity `null` if the visitor cancelled
   */
  async returned(
    client: ClientRecord,
    id: string,
    identity: ProviderIdentity | null,
  ): Promise<void> {
    const record = this.progress.record(client, id);
    const { provider } = record;
    if (provider === null) throw wrongStage('The sign-in does not use a provider.');
    const user = identity && this.options.externalAccounts.find(provider.strategy, identity);
    if (identity && user) {
      await this.signInWithProvider(
        client,
        { ...record, provider: { ...provider, identity } },
        user,
      );
      return;
    }
    const result: ProviderAttempt = identity
      ? { ...provider, identity, status: 'transferable', error: providerErrors.unknownAccount }
      : { ...provider, status: 'failed', error: providerErrors.denied };
    await this.progress.keep(client, { ...record, provider: result });
  }

  /** Signs in after a sign-up at a provider with an account that already exists. */
  async transfer(client: ClientRecord): Promise<SignIn> {
    const provider = client.signUp?.provider ?? null;
    const identity = provider?.identity ?? null;
    if (provider === null || identity === null) throw nothingToTransfer();
    const user = this.options.externalAccounts.find(provider.strategy, identity);
    if (user === undefined) throw nothingToTransfer();
    return this.signInWithProvider(client, this.progress.newRecord({ provider }), user);
  }

  /** A failure is stored in the sign-in, where Clerk's components look for it. */
  private async signInWithProvider(
    client: ClientRecord,
    given: SignInRecord,
    user: UserRecord,
  ): Promise<SignIn> {
    const { provider } = given;
    if (!provider?.identity) throw nothingToTransfer();
    const { externalAccounts, accessRules } = this.options;
    const verified: ProviderAttempt = { ...provider, status: 'verified', error: null };
    const record: SignInRecord = { ...given, userId: user.id, provider: verified };
    try {
      accessRules.requireSignIn(provider.identity.email);
      const session = await this.progress.pass(client, record, user, 'email_code');
      await externalAccounts.connect(user.id, provider.strategy, provider.identity);
      return session;
    } catch (error) {
      if (!(error instanceof ClerkApiError)) throw error;
      const failed: ProviderAttempt = { ...provider, status: 'failed', error: error.toError() };
      return this.progress.keep(client, { ...record, userId: null, provider: failed });
    }
  }
}
