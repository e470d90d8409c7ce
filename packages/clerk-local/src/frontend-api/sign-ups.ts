import { z } from 'zod';
import { checkCode, codeNotSent } from '../domain/messages/codes.js';
import type { Messages } from '../domain/messages/messages.js';
import type { Clients } from '../domain/sessions/clients.js';
import {
  ClerkApiError,
  invalidParameter,
  resourceNotFound,
} from '../domain/shared/clerk-api-error.js';
import type { Ids } from '../domain/shared/ids.js';
import { flag, metadata, optionalText } from '../domain/shared/parameters.js';
import type { OrganizationInvitations } from '../domain/organizations/organization-invitations.js';
import type { AccessRules } from '../domain/sessions/access-rules.js';
import type { Tickets } from '../domain/objects/tickets.js';
import type { Waitlist } from '../domain/objects/waitlist.js';
import type { Features } from '../domain/shared/features.js';
import type { Clock } from '../domain/shared/ports.js';
import type {
  ClientRecord,
  ProviderAttempt,
  ProviderIdentity,
  SignUpRecord,
  EmailRecord,
  UserRecord,
} from '../domain/state/records.js';
import type { Store } from '../domain/state/store.js';
import { phoneNumber } from '../domain/users/phone-number.js';
import { parseEmail } from '../domain/users/email-address.js';
import { checkPasswordRules, hashPassword } from '../domain/users/password.js';
import { newUser } from '../domain/users/user-changes.js';
import { newExternalAccount, type ExternalAccounts } from '../domain/users/external-accounts.js';
import type { UserDirectory } from '../domain/users/user-directory.js';
import type { Users } from '../domain/users/users.js';
import type { ClientSessions } from './client-sessions.js';
import {
  newProviderAttempt,
  nothingToTransfer,
  providerErrors,
} from '../domain/sessions/provider-attempts.js';
import {
  missingFields,
  toSignUp,
  unverifiedFields,
  type SignUp,
} from '../domain/sessions/sign-up-resource.js';
import type { EmailLinks } from './email-links.js';
import type { ProviderFlows } from './provider-flows.js';
import { ignoredFields, unknownStrategy } from './verification.js';

/** The parameters for creating and updating a sign-up. Other attributes are disabled. */
export const signUpSchema = z.strictObject({
  ...ignoredFields,
  /** `password`, `ticket` or a provider such as `oauth_google`. */
  strategy: optionalText,
  /** Continues a sign-in with a provider whose account has no user yet. */
  transfer: flag.nullish(),
  email_address: optionalText,
  phone_number: z.union([phoneNumber, z.literal('').transform(() => null)]).nullish(),
  username: optionalText,
  password: optionalText,
  /** Of an invitation, with the strategy `ticket`. */
  ticket: optionalText,
  first_name: optionalText,
  last_name: optionalText,
  locale: optionalText,
  unsafe_metadata: metadata.optional(),
  /** Accepted without effect: the instance requires no consent. */
  legal_accepted: flag.nullish(),
});
export type SignUpFields = z.output<typeof signUpSchema>;

/** The parameters of `prepare_verification`. */
export const prepareVerificationSchema = z.strictObject({
  ...ignoredFields,
  strategy: z.string(),
});
export type PrepareVerification = z.output<typeof prepareVerificationSchema>;

/** The parameters of `attempt_verification`. */
export const attemptVerificationSchema = z.strictObject({
  strategy: z.string(),
  code: z.string().optional(),
});
export type AttemptVerification = z.output<typeof attemptVerificationSchema>;

export interface SignUpsOptions {
  readonly store: Store;
  readonly clients: Clients;
  readonly clientSessions: ClientSessions;
  readonly users: Users;
  readonly tickets: Tickets;
  readonly organizationInvitations: OrganizationInvitations;
  readonly waitlist: Waitlist;
  readonly accessRules: AccessRules;
  readonly externalAccounts: ExternalAccounts;
  readonly flows: ProviderFlows;
  readonly links: EmailLinks;
  readonly features: Features;
  readonly now: Clock;
  readonly messages: Messages;
}

const invitationKinds = ['invitation', 'organization_invitation'] as const;

/** The operations of `/v1/client/sign_ups`: sign-up with email address and password. */
export class SignUps {
  private readonly directory: UserDirectory;

  constructor(private readonly options: SignUpsOptions) {
    this.directory = options.users.directory;
  }

  async create(client: ClientRecord, fields: SignUpFields): Promise<SignUp> {
    this.requireEnabled(fields);
    if (fields.transfer === true) return this.transfer(client, fields);
    const visitsProvider = this.visitsProvider(fields);
    if (!visitsProvider) requirePassword(fields);
    this.options.clientSessions.requireSignedOut(client);
    const record = this.newRecord();
    const invited = fields.ticket ? this.invited(record, fields.ticket) : record;
    return visitsProvider
      ? this.visitProvider(client, invited, fields)
      : this.apply(client, invited, fields);
  }

  private newRecord(): SignUpRecord {
    return {
      id: this.options.users.newContext().ids.next('sua'),
      email: null,
      emailCode: 'not_sent',
      emailStrategy: 'email_code',
      passwordHash: null,
      firstName: null,
      lastName: null,
      locale: null,
      unsafeMetadata: {},
      username: null,
      phone: null,
      phoneCode: 'not_sent',
      requiredFields: [
        'email_address',
        'password',
        'first_name',
        'last_name',
        ...(this.options.features.has('username') ? (['username'] as const) : []),
      ],
      externalId: null,
      customAction: false,
      provider: null,
      completed: null,
      ticket: null,
      createdAt: this.options.now(),
    };
  }

  /** @throws {ClerkApiError} 404 unless this is the browser's sign-up in progress */
  get(client: ClientRecord, id: string): SignUp {
    return toSignUp({ record: this.record(client, id) });
  }

  async update(client: ClientRecord, id: string, fields: SignUpFields): Promise<SignUp> {
    this.requireEnabled(fields);
    const record = this.record(client, id);
    if (this.visitsProvider(fields)) return this.visitProvider(client, record, fields);
    requirePassword(fields);
    return this.apply(client, record, fields);
  }

  private visitsProvider({ strategy }: SignUpFields): boolean {
    return typeof strategy === 'string' && this.options.features.hasProvider(strategy);
  }

  /** Starts a sign-up at a provider. */
  private async visitProvider(
    client: ClientRecord,
    record: SignUpRecord,
    fields: SignUpFields,
  ): Promise<SignUp> {
    const strategy = fields.strategy ?? '';
    const url = this.options.flows.begin({
      devBrowser: client.devBrowser,
      strategy,
      redirectUrl: fields.redirect_url ?? '',
      intent: { kind: 'sign_up', attemptId: record.id },
    });
    const applied = await applyFields(record, { ...fields, password: undefined }, this.directory);
    return this.keep(client, { ...applied, provider: newProviderAttempt(strategy, url) });
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
    const record = this.record(client, id);
    const { provider } = record;
    if (provider === null) throw nothingToTransfer();
    if (identity === null) {
      const denied = { ...provider, status: 'failed', error: providerErrors.denied } as const;
      await this.keep(client, { ...record, provider: denied });
      return;
    }
    if (this.options.externalAccounts.find(provider.strategy, identity)) {
      const error = providerErrors.knownAccount;
      const transferable = { ...provider, identity, status: 'transferable', error } as const;
      await this.keep(client, { ...record, provider: transferable });
      return;
    }
    await this.signUpWithProvider(client, record, { ...provider, identity });
  }

  /** Signs up after a sign-in at a provider whose account has no user yet. */
  private transfer(client: ClientRecord, fields: SignUpFields): Promise<SignUp> {
    const provider = client.signIn?.provider ?? null;
    if (provider?.status !== 'transferable') throw nothingToTransfer();
    const record = this.newRecord();
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
      this.directory.requireFreeEmail(identity.email);
      return await this.save(client, {
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
      return this.keep(client, { ...record, provider: failed });
    }
  }

  private async keep(client: ClientRecord, record: SignUpRecord): Promise<SignUp> {
    await this.options.clients.update(client, { signUp: record });
    return toSignUp({ record });
  }

  /** Sends the verification code. */
  async prepare(client: ClientRecord, id: string, fields: PrepareVerification): Promise<SignUp> {
    const record = this.record(client, id);
    if (this.usesPhone(fields)) return this.preparePhone(client, record);
    const usesLink = fields.strategy === 'email_link' && this.options.features.has('email_link');
    if (!usesLink) requireEmailCode(fields.strategy);
    if (record.email === null)
      throw invalidParameter('email_address', 'form_param_missing', 'is missing');
    if (record.emailCode === 'verified') throw alreadyVerified();
    if (usesLink) {
      const { devBrowser } = client;
      const redirectUrl = fields.redirect_url ?? '';
      this.options.links.send(
        { devBrowser, kind: 'sign_up', attemptId: record.id, redirectUrl },
        { to: record.email },
      );
      return this.save(client, { ...record, emailCode: 'sent', emailStrategy: 'email_link' });
    }
    this.options.messages.sendCode({ channel: 'email', to: record.email, purpose: 'sign-up' });
    return this.save(client, { ...record, emailCode: 'sent', emailStrategy: 'email_code' });
  }

  /** Continues when the user follows the link of an email. */
  followLink(client: ClientRecord, id: string): Promise<SignUp> {
    return this.save(client, { ...this.record(client, id), emailCode: 'verified' });
  }

  /** Checks a code. If no field is missing, creates the user and signs them in. */
  async attempt(client: ClientRecord, id: string, fields: AttemptVerification): Promise<SignUp> {
    const record = this.record(client, id);
    if (this.usesPhone(fields)) return this.attemptPhone(client, record, fields.code);
    requireEmailCode(fields.strategy);
    if (record.emailCode === 'verified') throw alreadyVerified();
    if (record.emailCode === 'not_sent') throw codeNotSent();
    checkCode(fields.code);
    return this.save(client, { ...record, emailCode: 'verified' });
  }

  private usesPhone({ strategy }: { readonly strategy: string }): boolean {
    return strategy === 'phone_code' && this.options.features.has('phone_number');
  }

  /** @throws {ClerkApiError} 422 `form_param_unknown` for an attribute that is not enabled */
  private requireEnabled(fields: SignUpFields): void {
    for (const name of ['username', 'phone_number'] as const) {
      if (fields[name] === undefined || this.options.features.has(name)) continue;
      throw invalidParameter(
        name,
        'form_param_unknown',
        'is unknown',
        `The instance has no attribute ${name}. Enable it with --enable ${name}.`,
      );
    }
  }

  private preparePhone(client: ClientRecord, record: SignUpRecord): Promise<SignUp> {
    if (record.phone === null) {
      throw invalidParameter('phone_number', 'form_param_missing', 'is missing');
    }
    if (record.phoneCode === 'verified') throw alreadyVerified('phone_number');
    this.options.messages.sendCode({ channel: 'sms', to: record.phone, purpose: 'sign-up' });
    return this.save(client, { ...record, phoneCode: 'sent' });
  }

  private attemptPhone(
    client: ClientRecord,
    record: SignUpRecord,
    code: string | undefined,
  ): Promise<SignUp> {
    if (record.phoneCode === 'verified') throw alreadyVerified('phone_number');
    if (record.phoneCode === 'not_sent') throw codeNotSent();
    checkCode(code);
    return this.save(client, { ...record, phoneCode: 'verified' });
  }

  private async apply(
    client: ClientRecord,
    record: SignUpRecord,
    fields: SignUpFields,
  ): Promise<SignUp> {
    const applied = await applyFields(record, fields, this.directory);
    // An invitation is a permission to sign up.
    if (applied.email !== null && applied.ticket === null) {
      this.options.accessRules.requireSignUp(applied.email);
    }
    return this.save(client, applied);
  }

  /** An invitation verifies its email address. */
  private invited(record: SignUpRecord, ticket: string): SignUpRecord {
    const invitation = this.options.tickets.find(invitationKinds, ticket);
    const email = String(invitation['email_address']);
    return { ...record, email, emailCode: 'verified', ticket };
  }

  private record({ signUp }: ClientRecord, id: string): SignUpRecord {
    if (signUp?.id === id) return signUp;
    throw resourceNotFound(`No sign up was found with id ${id}`);
  }

  private async save(client: ClientRecord, record: SignUpRecord): Promise<SignUp> {
    const { store, clientSessions, users, now } = this.options;
    if (
      record.customAction ||
      unverifiedFields(record).length > 0 ||
      missingFields(record).length > 0
    ) {
      return this.keep(client, record);
    }
    const { tickets, organizationInvitations, waitlist } = this.options;
    const invitation =
      record.ticket === null ? undefined : tickets.find(invitationKinds, record.ticket);
    const isOrganization = invitation?.object === 'organization_invitation';
    const publicMetadata = metadata.parse(
      isOrganization ? {} : (invitation?.['public_metadata'] ?? {}),
    );
    const newRecord = signedUpUser(record, now(), users.newContext().ids);
    const user = await users.add({ ...newRecord, publicMetadata });
    if (invitation && isOrganization) await organizationInvitations.accept(invitation, user.id);
    else if (invitation) await tickets.accept(invitation);
    if (record.email !== null) await waitlist.complete(record.email);
    const session = await clientSessions.start(client, user.id);
    const completed = { record, completed: { sessionId: session.id, userId: user.id } };
    store.completedSignUps.set(record.id, completed);
    await store.commit();
    // The application reads the result when the browser is back.
    if (record.provider || record.emailStrategy === 'email_link') {
      await this.keep(client, { ...record, completed: completed.completed });
    }
    return toSignUp(completed);
  }
}

/** clerk-js's `signUp.password()` sends `strategy: password` with the password. */
function requirePassword({ strategy, password }: SignUpFields): void {
  if (strategy === undefined || strategy === null) return;
  if (strategy === 'ticket') return;
  if (strategy !== 'password') throw unknownStrategy('sign-up', strategy);
  if (!password) throw invalidParameter('password', 'form_param_missing', 'is missing');
}

function requireEmailCode(strategy: string): void {
  if (strategy !== 'email_code') throw unknownStrategy('sign-up', strategy);
}

function alreadyVerified(name = 'email_address'): Error {
  return invalidParameter(
    name,
    'verification_already_verified',
    'already verified',
    'This verification has already been verified.',
  );
}

/**
 * Applies fields to a sign-up. Missing fields keep their value. A new address must be verified
 * again.
 *
 * @throws {ClerkApiError} 422 for an invalid or taken address, or a password that breaks the rules
 */
async function applyFields(
  record: SignUpRecord,
  fields: SignUpFields,
  users: UserDirectory,
): Promise<SignUpRecord> {
  const email = fields.email_address ? parseEmail(fields.email_address) : record.email;
  if (email !== null) users.requireFreeEmail(email);
  const phone = fields.phone_number === undefined ? record.phone : fields.phone_number;
  if (phone !== null) users.requireFreePhone(phone);
  users.requireFreeUsername(fields.username);
  return {
    ...record,
    email,
    emailCode: email === record.email ? record.emailCode : 'not_sent',
    passwordHash: fields.password ? await newHash(fields.password) : record.passwordHash,
    phone,
    phoneCode: phone === record.phone ? record.phoneCode : 'not_sent',
    username: given(fields.username, record.username),
    firstName: given(fields.first_name, record.firstName),
    lastName: given(fields.last_name, record.lastName),
    locale: given(fields.locale, record.locale),
    unsafeMetadata: fields.unsafe_metadata ?? record.unsafeMetadata,
  };
}

function given(value: string | null | undefined, stored: string | null): string | null {
  return value === undefined ? stored : value;
}

/** Sign-ups are stored in the state file, which must not contain a password. */
async function newHash(password: string): Promise<string> {
  checkPasswordRules(password);
  return hashPassword(password);
}

/**
 * Creates the user record of a complete sign-up.
 *
 * @param now milliseconds since the epoch
 */
function signedUpUser(signUp: SignUpRecord, now: number, ids: Ids): UserRecord {
  const emails = signUp.email === null ? [] : [verifiedEmail(signUp, ids.next('idn'), now)];
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
    id,
    address: email ?? '',
    verification: {
      status: 'verified',
      strategy: isProvider
        ? `from_oauth_${provider.strategy.replace(/^oauth_/, '')}`
        : emailStrategy,
    },
    createdAt: now,
    updatedAt: now,
  };
}
