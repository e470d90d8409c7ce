import { z } from 'zod';
import { checkCode, codeNotSent, incorrectCode } from '../domain/messages/codes.js';
import type { Messages } from '../domain/messages/messages.js';
import type { Clients } from '../domain/sessions/clients.js';
import {
  ClerkApiError,
  invalidParameter,
  resourceNotFound,
} from '../domain/shared/clerk-api-error.js';
import type { OrganizationInvitations } from '../domain/organizations/organization-invitations.js';
import type { AccessRules } from '../domain/sessions/access-rules.js';
import type { Tickets } from '../domain/objects/tickets.js';
import type { Features } from '../domain/shared/features.js';
import type { Clock } from '../domain/shared/ports.js';
import {
  primaryEmail,
  primaryPhone,
  type ClientRecord,
  type CodeStrategy,
  type EmailRecord,
  type PhoneRecord,
  type ProviderAttempt,
  type ProviderIdentity,
  type SignInRecord,
  type UserRecord,
} from '../domain/state/records.js';
import type { PasskeyRequest } from '../domain/state/passkey-record.js';
import { normaliseEmail } from '../domain/users/email-address.js';
import { verifyPassword } from '../domain/users/password.js';
import type { ExternalAccounts } from '../domain/users/external-accounts.js';
import type { UserDirectory } from '../domain/users/user-directory.js';
import type { Passkeys } from '../domain/users/passkeys.js';
import type { SecondFactors } from '../domain/users/second-factors.js';
import type { Users } from '../domain/users/users.js';
import type { ClientSessions } from './client-sessions.js';
import { secondFactors, toSignIn, type SignIn, type Strategy } from './sign-in-resource.js';
import type { EmailLinks } from './email-links.js';
import type { ProviderFlows } from './provider-flows.js';
import {
  newProviderAttempt,
  nothingToTransfer,
  providerErrors,
} from '../domain/sessions/provider-attempts.js';
import type {
  AttemptFirstFactor,
  AttemptSecondFactor,
  CreateSignIn,
  PrepareFirstFactor,
  PrepareSecondFactor,
  ResetPassword,
} from './sign-in-parameters.js';
import { unknownStrategy } from './verification.js';

export interface SignInsOptions {
  readonly clients: Clients;
  readonly clientSessions: ClientSessions;
  readonly users: Users;
  readonly secondFactors: SecondFactors;
  readonly passkeys: Passkeys;
  readonly tickets: Tickets;
  readonly organizationInvitations: OrganizationInvitations;
  readonly accessRules: AccessRules;
  readonly externalAccounts: ExternalAccounts;
  readonly flows: ProviderFlows;
  readonly links: EmailLinks;
  readonly features: Features;
  readonly now: Clock;
  readonly messages: Messages;
}

/** The operations of `/v1/client/sign_ins`: sign-in with a password or a code. */
export class SignIns {
  constructor(private readonly options: SignInsOptions) {}

  /**
   * Starts a sign-in. With an identifier and a password, completes it at once.
   *
   * @param origin the request's `Origin`, which passkeys belong to
   */
  async create(
    client: ClientRecord,
    fields: CreateSignIn,
    origin: string | undefined,
  ): Promise<SignIn> {
    const { clients, clientSessions, users, features, passkeys } = this.options;
    if (fields.ticket) return this.redeem(client, fields.ticket);
    if (fields.transfer === true) return this.transfer(client);
    const strategy = fields.strategy ?? (fields.password ? 'password' : undefined);
    if (strategy === 'passkey' && features.has('passkey')) {
      clientSessions.requireSignedOut(client);
      return this.keep(client, this.newRecord({ passkey: passkeys.request(origin) }));
    }
    if (strategy !== undefined && features.hasProvider(strategy)) {
      return this.visitProvider(client, strategy, fields.redirect_url ?? '');
    }
    if (strategy !== undefined && !isStrategy(strategy)) throw unknownStrategy('sign-in', strategy);
    clientSessions.requireSignedOut(client);
    const identifier = fields.identifier ?? null;
    const user = identifier === null ? undefined : findAccount(users.directory, identifier);
    if (identifier !== null) this.options.accessRules.requireSignIn(normaliseEmail(identifier));
    const record = this.newRecord({ identifier, userId: user?.id ?? null });
    const updated = await clients.update(client, { signIn: record });
    if (strategy === undefined || !user) return this.show(record);
    return strategy === 'password'
      ? this.attempt(updated, record.id, { strategy, password: fields.password })
      : this.prepare(updated, record.id, { strategy }, origin);
  }

  /** Signs in the user of a sign-in token or an actor token, once. */
  private async redeem(client: ClientRecord, ticket: string): Promise<SignIn> {
    const { clientSessions, users, tickets, organizationInvitations } = this.options;
    const kinds = [
      'sign_in_token',
      'actor_token',
      'agent_task',
      'organization_invitation',
    ] as const;
    const token = tickets.find(kinds, ticket);
    clientSessions.requireSignedOut(client);
    const isInvitation = token.object === 'organization_invitation';
    const userId = isInvitation
      ? findAccount(users.directory, String(token['email_address'])).id
      : String(token['user_id']);
    const actor = actorSchema.parse(token['actor'] ?? null);
    if (isInvitation) await organizationInvitations.accept(token, userId);
    else await tickets.accept(token);
    const session = await clientSessions.start(client, userId, { actor });
    const record = this.newRecord({ userId });
    return this.show(record, { sessionId: session.id, strategy: 'ticket' });
  }

  /** Starts a sign-in at a provider. */
  private async visitProvider(
    client: ClientRecord,
    strategy: string,
    redirectUrl: string,
  ): Promise<SignIn> {
    const { clients, clientSessions, flows } = this.options;
    clientSessions.requireSignedOut(client);
    const record = this.newRecord({});
    const url = flows.begin({
      devBrowser: client.devBrowser,
      strategy,
      redirectUrl,
      intent: { kind: 'sign_in', attemptId: record.id },
    });
    const signIn = { ...record, provider: newProviderAttempt(strategy, url) };
    await clients.update(client, { signIn });
    return this.show(signIn);
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
    const record = this.record(client, id);
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
    await this.keep(client, { ...record, provider: result });
  }

  /** Signs in after a sign-up at a provider whose account exists already. */
  private async transfer(client: ClientRecord): Promise<SignIn> {
    const provider = client.signUp?.provider ?? null;
    const identity = provider?.identity ?? null;
    if (provider === null || identity === null) throw nothingToTransfer();
    const user = this.options.externalAccounts.find(provider.strategy, identity);
    if (user === undefined) throw nothingToTransfer();
    return this.signInWithProvider(client, this.newRecord({ provider }), user);
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
      const session = await this.pass(client, record, user, 'email_code');
      await externalAccounts.connect(user.id, provider.strategy, provider.identity);
      return session;
    } catch (error) {
      if (!(error instanceof ClerkApiError)) throw error;
      const failed: ProviderAttempt = { ...provider, status: 'failed', error: error.toError() };
      return this.keep(client, { ...record, userId: null, provider: failed });
    }
  }

  private newRecord(
    fields: Partial<Pick<SignInRecord, 'identifier' | 'userId' | 'provider' | 'passkey'>>,
  ): SignInRecord {
    const { now, ids } = this.options.users.newContext();
    return {
      id: ids.next('sia'),
      identifier: null,
      userId: null,
      codeSent: false,
      codeStrategy: 'email_code',
      stage: 'first_factor',
      provider: null,
      passkey: null,
      sessionId: null,
      createdAt: now,
      ...fields,
    };
  }

  /** @throws {ClerkApiError} 404 unless this is the browser's sign-in in progress */
  get(client: ClientRecord, id: string): SignIn {
    return this.show(this.record(client, id));
  }

  /** Sends the sign-in code, or asks for a passkey. */
  async prepare(
    client: ClientRecord,
    id: string,
    fields: PrepareFirstFactor,
    origin: string | undefined,
  ): Promise<SignIn> {
    const record = this.record(client, id);
    const user = this.requireUser(record);
    const { strategy } = fields;
    if (strategy === 'passkey' && user.passkeys.length > 0) {
      return this.keep(client, { ...record, passkey: this.options.passkeys.request(origin, user) });
    }
    if (strategy === 'email_link' && this.options.features.has('email_link')) {
      return this.prepareLink(client, record, user, fields);
    }
    if (!isCodeStrategy(strategy)) throw unknownStrategy('sign-in', strategy);
    const isPhone = strategy.endsWith('phone_code');
    const email = emailOf(user, fields.email_address_id ?? null, record.identifier);
    const phone = phoneOf(user, fields.phone_number_id ?? null, record.identifier);
    this.options.messages.sendCode({
      channel: isPhone ? 'sms' : 'email',
      to: (isPhone ? phone?.number : email?.address) ?? '',
      purpose: strategy.startsWith('reset') ? 'password reset' : 'sign-in',
      userId: user.id,
      identificationId: isPhone ? phone?.id : email?.id,
    });
    return this.keep(client, { ...record, codeSent: true, codeStrategy: strategy, passkey: null });
  }

  private prepareLink(
    client: ClientRecord,
    record: SignInRecord,
    user: UserRecord,
    fields: PrepareFirstFactor,
  ): Promise<SignIn> {
    const email = emailOf(user, fields.email_address_id ?? null, record.identifier);
    const { devBrowser } = client;
    const redirectUrl = fields.redirect_url ?? '';
    this.options.links.send(
      { devBrowser, kind: 'sign_in', attemptId: record.id, redirectUrl },
      { to: email?.address ?? '', userId: user.id, identificationId: email?.id },
    );
    return this.keep(client, {
      ...record,
      codeSent: true,
      codeStrategy: 'email_link',
      passkey: null,
    });
  }

  /** Continues when the user follows the link of an email. */
  followLink(client: ClientRecord, id: string): Promise<SignIn> {
    const record = this.record(client, id);
    return this.pass(client, record, this.requireUser(record), 'email_link');
  }

  /** Checks a password or a code. Without a second factor, signs the user in. */
  async attempt(client: ClientRecord, id: string, fields: AttemptFirstFactor): Promise<SignIn> {
    const record = this.record(client, id);
    if (fields.strategy === 'passkey' && record.passkey !== null) {
      return this.attemptPasskey(client, record, record.passkey, fields);
    }
    const user = this.requireUser(record);
    const strategy = await verify(record, user, fields);
    if (strategy.startsWith('reset_password')) {
      return this.keep(client, { ...record, stage: 'new_password' });
    }
    return this.pass(client, record, user, strategy);
  }

  /** A passkey satisfies the second factor, as the environment says. */
  private async attemptPasskey(
    client: ClientRecord,
    record: SignInRecord,
    request: PasskeyRequest,
    { public_key_credential: credential }: AttemptFirstFactor,
  ): Promise<SignIn> {
    const user = await this.options.passkeys.verify(credential ?? '', request, record.userId);
    return this.complete(client, { ...record, userId: user.id }, user.id, 'passkey');
  }

  /** Checks a code of an authenticator app or a backup code, and signs the user in. */
  async attemptSecond(
    client: ClientRecord,
    id: string,
    { strategy, code }: AttemptSecondFactor,
  ): Promise<SignIn> {
    const record = this.record(client, id);
    const { id: userId } = this.requireUser(record);
    if (record.stage !== 'second_factor') throw wrongStage('A first factor is missing.');
    if (strategy === 'phone_code') {
      if (!record.codeSent || record.codeStrategy !== 'phone_code') throw codeNotSent();
      checkCode(code);
    } else if ((await this.options.secondFactors.verify(userId, code)) !== strategy) {
      throw incorrectCode();
    }
    return this.complete(client, record, userId, record.codeStrategy);
  }

  /** Sends the code of a second factor by text message. */
  async prepareSecond(
    client: ClientRecord,
    id: string,
    { phone_number_id }: PrepareSecondFactor,
  ): Promise<SignIn> {
    const record = this.record(client, id);
    const user = this.requireUser(record);
    if (record.stage !== 'second_factor') throw wrongStage('A first factor is missing.');
    const reserved = user.phones.filter((phone) => phone.reservedForSecondFactor && phone.verified);
    const phone = reserved.find((each) => each.id === phone_number_id) ?? reserved[0];
    if (phone === undefined) throw unknownStrategy('sign-in', 'phone_code');
    this.options.messages.sendCode({
      channel: 'sms',
      to: phone.number,
      purpose: 'sign-in',
      userId: user.id,
      identificationId: phone.id,
    });
    return this.keep(client, { ...record, codeSent: true, codeStrategy: 'phone_code' });
  }

  /** Sets a new password after a code for `reset_password_…`, and signs the user in. */
  async resetPassword(client: ClientRecord, id: string, fields: ResetPassword): Promise<SignIn> {
    const { users } = this.options;
    const record = this.record(client, id);
    const user = this.requireUser(record);
    if (record.stage !== 'new_password') throw wrongStage('The code was not verified yet.');
    await users.update(user.id, {
      password: fields.password,
      sign_out_of_other_sessions: fields.sign_out_of_other_sessions,
    });
    await users.change(user.id, (each) => ({ ...each, passwordCompromised: false }));
    return this.pass(client, record, user, record.codeStrategy);
  }

  /** Asks for the second factor, if the user has one. */
  private pass(
    client: ClientRecord,
    record: SignInRecord,
    { id }: UserRecord,
    strategy: Strategy,
  ): Promise<SignIn> {
    if (secondFactors(this.options.users.get(id)) === null) {
      return this.complete(client, record, id, strategy);
    }
    // The page that waits for the link reads that it was followed.
    const codeSent = strategy === 'email_link';
    return this.keep(client, { ...record, stage: 'second_factor', codeSent });
  }

  private async complete(
    client: ClientRecord,
    record: SignInRecord,
    userId: string,
    strategy: Strategy,
  ): Promise<SignIn> {
    const { clientSessions } = this.options;
    // Checked after the last await: a concurrent attempt may have signed in.
    clientSessions.requireSignedOut(client);
    const secondFactor = record.stage === 'second_factor';
    const session = await clientSessions.start(client, userId, { secondFactor });
    // The application reads the result when the browser is back, or while it waits for a link.
    if (record.provider || strategy === 'email_link') {
      return this.keep(client, { ...record, sessionId: session.id });
    }
    return this.show(record, { sessionId: session.id, strategy });
  }

  private async keep(client: ClientRecord, record: SignInRecord): Promise<SignIn> {
    await this.options.clients.update(client, { signIn: record });
    return this.show(record);
  }

  private record({ signIn }: ClientRecord, id: string): SignInRecord {
    if (signIn?.id === id) return signIn;
    throw resourceNotFound(`No sign in was found with id ${id}`);
  }

  private requireUser({ userId }: SignInRecord): UserRecord {
    if (userId !== null) return this.options.users.directory.get(userId);
    throw invalidParameter('identifier', 'form_param_missing', 'is missing');
  }

  private show(
    record: SignInRecord,
    completed?: { sessionId: string; strategy: Strategy },
  ): SignIn {
    const user = record.userId === null ? undefined : this.options.users.get(record.userId);
    const hasLinks = this.options.features.has('email_link');
    return toSignIn({ record, user, hasLinks, ...(completed && { completed }) });
  }
}

/** Returns the address to send the code to: the chosen one, the entered one, or the primary one. */
function emailOf(
  user: UserRecord,
  id: string | null,
  identifier: string | null,
): EmailRecord | undefined {
  return (
    user.emails.find((email) => email.id === id) ??
    user.emails.find(({ address }) => address === normaliseEmail(identifier ?? '')) ??
    primaryEmail(user)
  );
}

/** Returns the number to send the code to: the chosen one, the entered one, or the primary one. */
function phoneOf(
  user: UserRecord,
  id: string | null,
  identifier: string | null,
): PhoneRecord | undefined {
  return (
    user.phones.find((phone) => phone.id === id) ??
    user.phones.find(({ number }) => number === identifier) ??
    primaryPhone(user)
  );
}

const actorSchema = z.record(z.string(), z.unknown()).nullable();

function isStrategy(value: string): value is 'password' | CodeStrategy {
  return value === 'password' || isCodeStrategy(value);
}

function isCodeStrategy(value: string): value is CodeStrategy {
  return /^(?:reset_password_)?(?:email|phone)_code$/.test(value);
}

function wrongStage(longMessage: string): Error {
  return new ClerkApiError(400, 'sign_in_wrong_status', 'not possible now', { longMessage });
}

/** @throws {ClerkApiError} 422 for a wrong password or code */
async function verify(
  { codeSent, codeStrategy }: SignInRecord,
  { passwordHash, passwordCompromised }: UserRecord,
  { strategy, password, code }: AttemptFirstFactor,
): Promise<Strategy> {
  switch (strategy) {
    case 'password':
      if (passwordHash === null || !(await verifyPassword(password ?? '', passwordHash))) {
        throw invalidParameter(
          'password',
          'form_password_incorrect',
          'Password is incorrect. Try again, or use another method.',
        );
      }
      if (!passwordCompromised) return strategy;
      throw invalidParameter(
        'password',
        'form_password_compromised',
        'Your password may be compromised. Use another method or reset your password.',
      );
    default:
      if (!isCodeStrategy(strategy)) throw unknownStrategy('sign-in', strategy);
      if (!codeSent || codeStrategy !== strategy) throw codeNotSent();
      checkCode(code);
      return strategy;
  }
}

/**
 * Finds the user with a verified email address or phone number, or a username. An unverified
 * address identifies no account.
 *
 * @throws {ClerkApiError} 422 `form_identifier_not_found`
 */
function findAccount(users: UserDirectory, identifier: string): UserRecord {
  const user = users.findByEmail(identifier);
  const email = user?.emails.find(({ address }) => address === normaliseEmail(identifier));
  if (user && email?.verification?.status === 'verified') return user;
  const other = users.findByPhone(identifier) ?? users.findByUsername(identifier);
  if (other) return other;
  throw invalidParameter('identifier', 'form_identifier_not_found', "Couldn't find your account.");
}
