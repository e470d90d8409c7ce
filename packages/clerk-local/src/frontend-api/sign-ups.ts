import { checkCode, codeNotSent } from '../domain/messages/codes.js';
import type { Messages } from '../domain/messages/messages.js';
import { ClerkApiError, invalidParameter } from '../domain/shared/clerk-api-error.js';
import type { SignUpRecord } from '../domain/state/attempt-records.js';
import type { ClientRecord } from '../domain/state/session-records.js';
import {
  incorrectSignature,
  newWalletChallenge,
  verifyWalletSignature,
} from '../domain/users/wallet-signature.js';
import type { UserDirectory } from '../domain/users/user-directory.js';
import { toSignUp, type SignUp } from '../domain/sessions/sign-up-resource.js';
import type { EmailLinks } from './email-links.js';
import type { WalletStrategy } from '../domain/shared/features.js';
import { ProviderSignUps, type ProviderSignUpsOptions } from './provider-sign-ups.js';
import { applyFields } from './sign-up-fields.js';
import type {
  AttemptVerification,
  PrepareVerification,
  SignUpFields,
} from './sign-up-parameters.js';
import { SignUpProgress, type SignUpProgressOptions } from './sign-up-progress.js';
import { unknownStrategy } from './verification.js';

export interface SignUpsOptions extends SignUpProgressOptions, ProviderSignUpsOptions {
  readonly links: EmailLinks;
  readonly messages: Messages;
}

/** The operations of `/v1/client/sign_ups`: sign-up with email address and password. */
export class SignUps {
  private readonly directory: UserDirectory;

  readonly providers: ProviderSignUps;
  private readonly progress: SignUpProgress;

  constructor(private readonly options: SignUpsOptions) {
    this.directory = options.users.directory;
    this.progress = new SignUpProgress(options);
    this.providers = new ProviderSignUps(this.progress, options);
  }

  async create(client: ClientRecord, fields: SignUpFields): Promise<SignUp> {
    this.requireEnabled(fields);
    if (fields.transfer === true) return this.providers.transfer(client, fields);
    const visitsProvider = this.visitsProvider(fields);
    if (!visitsProvider) requirePassword(fields);
    this.options.clientSessions.requireSignedOut(client);
    const record = this.progress.newRecord();
    const invited = fields.ticket ? this.progress.invited(record, fields.ticket) : record;
    return visitsProvider
      ? this.providers.begin(client, invited, fields)
      : this.apply(client, invited, fields);
  }

  /** @throws {ClerkApiError} 404 unless this is the browser's sign-up in progress */
  get(client: ClientRecord, id: string): SignUp {
    return toSignUp({ record: this.progress.record(client, id) });
  }

  async update(client: ClientRecord, id: string, fields: SignUpFields): Promise<SignUp> {
    this.requireEnabled(fields);
    const record = this.progress.record(client, id);
    if (this.visitsProvider(fields)) return this.providers.begin(client, record, fields);
    requirePassword(fields);
    return this.apply(client, record, fields);
  }

  private visitsProvider({ strategy }: SignUpFields): boolean {
    return typeof strategy === 'string' && this.options.features.hasProvider(strategy);
  }

  /**
   * Sends the verification code, or requests the signature of a wallet.
   *
   * @param origin the request's `Origin`, which the signed text names
   */
  async prepare(
    client: ClientRecord,
    id: string,
    fields: PrepareVerification,
    origin: string | undefined,
  ): Promise<SignUp> {
    const record = this.progress.record(client, id);
    const { strategy } = fields;
    if (this.isWallet(strategy)) return this.prepareWallet(client, record, strategy, origin);
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
      return this.progress.save(client, {
        ...record,
        emailCode: 'sent',
        emailStrategy: 'email_link',
      });
    }
    this.options.messages.sendCode({ channel: 'email', to: record.email, purpose: 'sign-up' });
    return this.progress.save(client, {
      ...record,
      emailCode: 'sent',
      emailStrategy: 'email_code',
    });
  }

  /** Continues when the user follows the link of an email. */
  followLink(client: ClientRecord, id: string): Promise<SignUp> {
    return this.progress.save(client, {
      ...this.progress.record(client, id),
      emailCode: 'verified',
    });
  }

  /** Checks a code. If no field is missing, creates the user and signs them in. */
  async attempt(client: ClientRecord, id: string, fields: AttemptVerification): Promise<SignUp> {
    const record = this.progress.record(client, id);
    if (this.isWallet(fields.strategy)) {
      return this.attemptWallet(client, record, fields.strategy, fields.signature ?? '');
    }
    if (this.usesPhone(fields)) return this.attemptPhone(client, record, fields.code);
    requireEmailCode(fields.strategy);
    if (record.emailCode === 'verified') throw alreadyVerified();
    if (record.emailCode === 'not_sent') throw codeNotSent();
    checkCode(fields.code);
    return this.progress.save(client, { ...record, emailCode: 'verified' });
  }

  private isWallet(strategy: string): strategy is WalletStrategy {
    return this.options.features.hasWallet(strategy);
  }

  private usesPhone({ strategy }: { readonly strategy: string }): boolean {
    return strategy === 'phone_code' && this.options.features.has('phone_number');
  }

  /** @throws {ClerkApiError} 422 `form_param_unknown` for an attribute that is not enabled */
  private requireEnabled(fields: SignUpFields): void {
    const { features } = this.options;
    const enabled = {
      username: features.has('username'),
      phone_number: features.has('phone_number'),
      web3_wallet: features.walletStrategies.length > 0,
    };
    for (const name of ['username', 'phone_number', 'web3_wallet'] as const) {
      if (fields[name] === undefined || enabled[name]) continue;
      throw invalidParameter(
        name,
        'form_param_unknown',
        'is unknown',
        `The instance has no attribute ${name}. Enable it with --enable ${name === 'web3_wallet' ? 'web3_metamask' : name}.`,
      );
    }
  }

  private preparePhone(client: ClientRecord, record: SignUpRecord): Promise<SignUp> {
    if (record.phone === null) {
      throw invalidParameter('phone_number', 'form_param_missing', 'is missing');
    }
    if (record.phoneCode === 'verified') throw alreadyVerified('phone_number');
    this.options.messages.sendCode({ channel: 'sms', to: record.phone, purpose: 'sign-up' });
    return this.progress.save(client, { ...record, phoneCode: 'sent' });
  }

  private attemptPhone(
    client: ClientRecord,
    record: SignUpRecord,
    code: string | undefined,
  ): Promise<SignUp> {
    if (record.phoneCode === 'verified') throw alreadyVerified('phone_number');
    if (record.phoneCode === 'not_sent') throw codeNotSent();
    checkCode(code);
    return this.progress.save(client, { ...record, phoneCode: 'verified' });
  }

  private async prepareWallet(
    client: ClientRecord,
    record: SignUpRecord,
    strategy: WalletStrategy,
    origin: string | undefined,
  ): Promise<SignUp> {
    const { wallet } = record;
    if (wallet === null) {
      throw invalidParameter('web3_wallet', 'form_param_missing', 'is missing');
    }
    if (wallet.verified) throw alreadyVerified('web3_wallet');
    const context = { origin, now: this.options.now() };
    const challenge = await newWalletChallenge(wallet.address, strategy, context);
    return this.progress.save(client, { ...record, wallet: { ...wallet, challenge } });
  }

  private async attemptWallet(
    client: ClientRecord,
    record: SignUpRecord,
    strategy: WalletStrategy,
    signature: string,
  ): Promise<SignUp> {
    const { wallet } = record;
    if (wallet?.verified === true) throw alreadyVerified('web3_wallet');
    if (wallet?.challenge?.strategy !== strategy) throw incorrectSignature();
    await verifyWalletSignature(wallet.address, wallet.challenge, signature);
    return this.progress.save(client, { ...record, wallet: { ...wallet, verified: true } });
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
    return this.progress.save(client, applied);
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

function alreadyVerified(paramName = 'email_address'): Error {
  return new ClerkApiError(400, 'verification_already_verified', 'already verified', {
    longMessage: 'This verification has already been verified.',
    paramName,
  });
}
