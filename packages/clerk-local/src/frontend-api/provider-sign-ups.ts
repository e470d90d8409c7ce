import type { AccessRules } from '../domain/sessions/access-rules.js';
import {
  newProviderAttempt,
  nothingToTransfer,
  providerErrors,
} from '../domain/sessions/provider-attempts.js';
import type { SignUp } from '../domain/sessions/sign-up-resource.js';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';
import type {
  ProviderAttempt,
  ProviderIdentity,
  SignUpRecord,
} from '../domain/state/attempt-records.js';
import type { ClientRecord } from '../domain/state/session-records.js';
import type { ExternalAccounts } from '../domain/users/external-accounts.js';
import type { Users } from '../domain/users/users.js';
import type { ProviderFlows } from './provider-flows.js';
import { applyFields } from './sign-up-fields.js';
import type { SignUpFields } from './sign-up-parameters.js';
import type { SignUpProgress } from './sign-up-progress.js';

export interface ProviderSignUpsOptions {
  readonly users: Users;
  readonly accessRules: AccessRules;
  readonly externalAccounts: ExternalAccounts;
  readonly flows: ProviderFlows;
}

/** Sign-ups with a simulated OAuth provider. */
export class ProviderSignUps {
  constructor(
    private readonly progress: SignUpProgress,
    private readonly options: ProviderSignUpsOptions,
  ) {}

  /** Starts a sign-up at a provider. */
  async begin(client: ClientRecord, record: SignUpRecord, fields: SignUpFields): Promise<SignUp> {
    const strategy = fields.strategy ?? '';
    const url = this.options.flows.begin({
      devBrowser: client.devBrowser,
      strategy,
      redirectUrl: fields.redirect_url ?? '',
      intent: { kind: 'sign_up', attemptId: record.id },
    });
    const applied = await applyFields(
      record,
      { ...fields, password: undefined },
      this.options.users.directory,
    );
    return this.progress.keep(client, { ...applied, provider: newProviderAttempt(strategy, url) });
  }

  /**
   * Continues when the browser returns from the provider. If the account has a user, the sign-up can
   * be transferred to a sign-in.
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
    if (provider === null) throw nothingToTransfer();
    if (identity === null) {
      const denied = { ...provider, status: 'failed', error: providerErrors.denied } as const;
      await this.progress.keep(client, { ...record, provider: denied });
      return;
    }
    if (this.options.externalAccounts.find(provider.strategy, identity)) {
      const error = providerErrors.knownAccount;
      const transferable = { ...provider, identity, status: 'transferable', error } as const;
      await this.progress.keep(client, { ...record, provider: transferable });
      return;
    }
    await this.signUpWithProvider(client, record, { ...provider, identity });
  }

  /** Signs up after a sign-in at a provider with an account that has no user yet. */
  transfer(client: ClientRecord, fields: SignUpFields): Promise<SignUp> {
    const provider = client.signIn?.provider ?? null;
    if (provider?.status !== 'transferable') throw nothingToTransfer();
    const record = this.progress.newRecord();
    const unsafeMetadata = fields.unsafe_metadata ?? record.unsafeMetadata;
    return this.signUpWithProvider(client, { ...record, unsafeMetadata }, provider);
  }

  /** A failure is stored in the sign-up, where Clerk's components look for it. */
  private async signUpWithProvider(
    client: ClientRecord,
    record: SignUpRecord,
    provider: ProviderAttempt,
  ): Promise<SignUp> {
    const { identity } = provider;
    if (identity === null) throw nothingToTransfer();
    const verified: ProviderAttempt = { ...provider, status: 'verified', error: null };
    try {
      if (record.ticket === null) this.options.accessRules.requireSignUp(identity.email);
      this.options.users.directory.requireFreeEmail(identity.email);
      return await this.progress.save(client, {
        ...record,
        provider: verified,
        email: identity.email,
        emailCode: 'verified',
        firstName: identity.firstName || record.firstName,
        lastName: identity.lastName || record.lastName,
      });
    } catch (error) {
      if (!(error instanceof ClerkApiError)) throw error;
      const failed: ProviderAttempt = { ...provider, status: 'failed', error: error.toError() };
      return this.progress.keep(client, { ...record, provider: failed });
    }
  }
}
