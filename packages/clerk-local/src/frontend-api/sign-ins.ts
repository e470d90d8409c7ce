import { z } from 'zod';
import { checkCode, codeNotSent } from '../domain/messages/codes.js';
import { invalidParameter } from '../domain/shared/clerk-api-error.js';
import type { Organizations } from '../domain/organizations/organizations.js';
import type { OrganizationInvitations } from '../domain/organizations/organization-invitations.js';
import type { Tickets } from '../domain/objects/tickets.js';
import type { CodeStrategy, SignInRecord } from '../domain/state/attempt-records.js';
import type { ClientRecord } from '../domain/state/session-records.js';
import { type UserRecord } from '../domain/state/user-records.js';
import type { PasskeyRequest } from '../domain/state/passkey-record.js';
import { normaliseEmail } from '../domain/users/email-address.js';
import { verifyPassword } from '../domain/users/password.js';
import type { Passkeys } from '../domain/users/passkeys.js';
import { type SignIn, type Strategy } from './sign-in-resource.js';
import type { EmailLinks } from './email-links.js';
import { emailOf, findAccount, phoneOf } from './sign-in-accounts.js';
import { ProviderSignIns, type ProviderSignInsOptions } from './provider-sign-ins.js';
import { SignInProgress, type SignInProgressOptions } from './sign-in-progress.js';
import { SecondFactorSteps, type SecondFactorStepsOptions } from './second-factor-steps.js';
import type { AttemptFirstFactor, CreateSignIn, PrepareFirstFactor } from './sign-in-parameters.js';
import { unknownStrategy } from './verification.js';
import type { WalletStrategy } from '../domain/shared/features.js';
import { DeviceSignIns, type DeviceSignInsOptions } from './device-sign-ins.js';
import { WalletSignIns } from './wallet-sign-ins.js';

export interface SignInsOptions
  extends
    SignInProgressOptions,
    ProviderSignInsOptions,
    SecondFactorStepsOptions,
    DeviceSignInsOptions {
  readonly passkeys: Passkeys;
  readonly tickets: Tickets;
  readonly organizations: Organizations;
  readonly organizationInvitations: OrganizationInvitations;
  readonly links: EmailLinks;
}

/** The operations of `/v1/client/sign_ins`: sign-in with a password or a code. */
export class SignIns {
  readonly providers: ProviderSignIns;
  readonly secondFactorSteps: SecondFactorSteps;
  private readonly wallets: WalletSignIns;
  private readonly devices: DeviceSignIns;
  private readonly progress: SignInProgress;

  constructor(private readonly options: SignInsOptions) {
    this.progress = new SignInProgress(options);
    this.providers = new ProviderSignIns(this.progress, options);
    this.wallets = new WalletSignIns(this.progress);
    this.devices = new DeviceSignIns(this.progress, options);
    this.secondFactorSteps = new SecondFactorSteps(this.progress, options);
  }

  /**
   * Starts a sign-in. With an identifier and a password, completes it at once.
   *
   * @param origin the request's `Origin`, to which passkeys belong
   */
  async create(
    client: ClientRecord,
    fields: CreateSignIn,
    origin: string | undefined,
  ): Promise<SignIn> {
    const { clients, clientSessions, users, features, passkeys } = this.options;
    if (fields.ticket) return this.redeem(client, fields.ticket);
    if (fields.transfer === true) return this.providers.transfer(client);
    const strategy = fields.strategy ?? (fields.password ? 'password' : undefined);
    if (strategy === 'passkey' && features.has('passkey')) {
      clientSessions.requireSignedOut(client);
      return this.progress.keep(
        client,
        this.progress.newRecord({ passkey: passkeys.request(origin) }),
      );
    }
    if (strategy === 'trusted_device') {
      return this.devices.begin(client, fields.trusted_device_id ?? '');
    }
    if (strategy !== undefined && features.hasProvider(strategy)) {
      return this.providers.begin(client, strategy, fields.redirect_url ?? '');
    }
    if (strategy !== undefined && !isStrategy(strategy) && !this.isWallet(strategy))
      throw unknownStrategy('sign-in', strategy);
    clientSessions.requireSignedOut(client);
    const identifier = fields.identifier ?? null;
    const user = identifier === null ? undefined : findAccount(users.directory, identifier);
    if (identifier !== null) this.options.accessRules.requireSignIn(normaliseEmail(identifier));
    const record = this.progress.newRecord({ identifier, userId: user?.id ?? null });
    const updated = await clients.update(client, { signIn: record });
    if (strategy === undefined || !user) return this.progress.show(record);
    return strategy === 'password'
      ? this.attempt(updated, record.id, { strategy, password: fields.password })
      : this.prepare(updated, record.id, { strategy }, origin);
  }

  /** Signs in the user of a sign-in token or an actor token, once. */
  private async redeem(client: ClientRecord, ticket: string): Promise<SignIn> {
    const { clientSessions, users, tickets, organizations, organizationInvitations } = this.options;
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
    const chosen = token['_organization_id'];
    const isMember = typeof chosen === 'string' && organizations.members.has(chosen, userId);
    const organizationId = isMember ? chosen : null;
    const session = await clientSessions.start(client, userId, { actor, organizationId });
    const record = this.progress.newRecord({ userId });
    return this.progress.show(record, { sessionId: session.id, strategy: 'ticket' });
  }

  /** @throws {ClerkApiError} 404 unless this is the browser's sign-in in progress */
  get(client: ClientRecord, id: string): SignIn {
    return this.progress.show(this.progress.record(client, id));
  }

  /** Sends the sign-in code, or requests a passkey or a signature. */
  async prepare(
    client: ClientRecord,
    id: string,
    fields: PrepareFirstFactor,
    origin: string | undefined,
  ): Promise<SignIn> {
    const record = this.progress.record(client, id);
    const { strategy } = fields;
    if (strategy === 'trusted_device') {
      return this.devices.prepare(client, record, fields.trusted_device_id ?? '');
    }
    const user = this.progress.requireUser(record);
    if (strategy === 'passkey' && user.passkeys.length > 0) {
      return this.progress.keep(client, {
        ...record,
        passkey: this.options.passkeys.request(origin, user),
      });
    }
    if (strategy === 'email_link' && this.options.features.has('email_link')) {
      return this.prepareLink(client, record, user, fields);
    }
    if (this.isWallet(strategy)) {
      const walletId = fields.web3_wallet_id ?? null;
      return this.wallets.prepare(client, record, user, strategy, { walletId, origin });
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
    return this.progress.keep(client, {
      ...record,
      codeSent: true,
      codeStrategy: strategy,
      passkey: null,
      wallet: null,
      device: null,
    });
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
    return this.progress.keep(client, {
      ...record,
      codeSent: true,
      codeStrategy: 'email_link',
      passkey: null,
      wallet: null,
      device: null,
    });
  }

  /** Continues when the user follows the link of an email. */
  followLink(client: ClientRecord, id: string): Promise<SignIn> {
    const record = this.progress.record(client, id);
    return this.progress.pass(client, record, this.progress.requireUser(record), 'email_link');
  }

  /** Checks a password or a code. Without a second factor, signs the user in. */
  async attempt(client: ClientRecord, id: string, fields: AttemptFirstFactor): Promise<SignIn> {
    const record = this.progress.record(client, id);
    if (fields.strategy === 'passkey' && record.passkey !== null) {
      return this.attemptPasskey(client, record, record.passkey, fields);
    }
    if (fields.strategy === 'trusted_device') return this.devices.attempt(client, record, fields);
    const user = this.progress.requireUser(record);
    if (this.isWallet(fields.strategy)) {
      return this.wallets.attempt(client, record, user, fields.strategy, fields.signature ?? '');
    }
    const strategy = await verify(record, user, fields);
    if (strategy.startsWith('reset_password')) {
      return this.progress.keep(client, { ...record, stage: 'new_password' });
    }
    return this.progress.pass(client, record, user, strategy);
  }

  private isWallet(strategy: string): strategy is WalletStrategy {
    return this.options.features.hasWallet(strategy);
  }

  /** A passkey also satisfies the second factor, as the environment declares. */
  private async attemptPasskey(
    client: ClientRecord,
    record: SignInRecord,
    request: PasskeyRequest,
    { public_key_credential: credential }: AttemptFirstFactor,
  ): Promise<SignIn> {
    const user = await this.options.passkeys.verify(credential ?? '', request, record.userId);
    return this.progress.complete(client, { ...record, userId: user.id }, user.id, 'passkey');
  }
}

const actorSchema = z.record(z.string(), z.unknown()).nullable();

function isStrategy(value: string): value is 'password' | CodeStrategy {
  return value === 'password' || isCodeStrategy(value);
}

function isCodeStrategy(value: string): value is CodeStrategy {
  return /^(?:reset_password_)?(?:email|phone)_code$/.test(value);
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
