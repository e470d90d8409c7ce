import type { ClientRecord } from '../../clients/client-record.js';
import type { Clients } from '../../clients/clients.js';
import type { SignUpRecord } from '../../clients/sign-up-record.js';
import type { Clock } from '../../clock.js';
import { invalidParameter, resourceNotFound } from '../../errors/clerk-api-error.js';
import { newId } from '../../ids.js';
import type { Log } from '../../log.js';
import type { UserDirectory } from '../../users/user-directory.js';
import type { Users } from '../../users/users.js';
import type { ClientSessions } from '../client-sessions.js';
import { unknownStrategy } from '../strategies.js';
import { checkCode, codeNotSent, sendCode } from '../verification-code.js';
import { filledIn } from './filled-in.js';
import { missingFields } from './required-fields.js';
import type { AttemptVerification, PrepareVerification, SignUpFields } from './sign-up-input.js';
import { toSignUp, type SignUp } from './sign-up-resource.js';
import { signedUpUser } from './signed-up-user.js';

export interface SignUpsOptions {
  readonly clients: Clients;
  readonly clientSessions: ClientSessions;
  readonly users: Users;
  readonly now: Clock;
  readonly log: Log;
}

/** Signing up: the operations of `/v1/client/sign_ups`. */
export class SignUps {
  readonly #directory: UserDirectory;

  constructor(private readonly options: SignUpsOptions) {
    this.#directory = options.users.directory;
  }

  async create(client: ClientRecord, fields: SignUpFields): Promise<SignUp> {
    requirePassword(fields);
    this.options.clientSessions.requireSignedOut(client);
    const record: SignUpRecord = {
      id: newId('sua'),
      email: null,
      emailCode: 'not_sent',
      passwordHash: null,
      firstName: null,
      lastName: null,
      locale: null,
      unsafeMetadata: {},
      createdAt: this.options.now(),
    };
    return this.#save(client, await filledIn(record, fields, this.#directory));
  }

  /** @throws {ClerkApiError} 404 for any but the one under way */
  get(client: ClientRecord, id: string): SignUp {
    return toSignUp({ record: this.#record(client, id) });
  }

  async update(client: ClientRecord, id: string, fields: SignUpFields): Promise<SignUp> {
    requirePassword(fields);
    const record = this.#record(client, id);
    return this.#save(client, await filledIn(record, fields, this.#directory));
  }

  /** Sends the code. */
  async prepare(client: ClientRecord, id: string, fields: PrepareVerification): Promise<SignUp> {
    const record = this.#record(client, id);
    requireEmailCode(fields.strategy);
    if (record.email === null)
      throw invalidParameter('email_address', 'form_param_missing', 'is missing');
    if (record.emailCode === 'verified') throw alreadyVerified();
    sendCode(this.options.log, 'sign-up');
    return this.#save(client, { ...record, emailCode: 'sent' });
  }

  /** Tries a code. With the right one, and nothing missing, there is a user, signed in. */
  async attempt(client: ClientRecord, id: string, fields: AttemptVerification): Promise<SignUp> {
    const record = this.#record(client, id);
    requireEmailCode(fields.strategy);
    if (record.emailCode === 'verified') throw alreadyVerified();
    if (record.emailCode === 'not_sent') throw codeNotSent();
    checkCode(fields.code);
    return this.#save(client, { ...record, emailCode: 'verified' });
  }

  #record({ signUp }: ClientRecord, id: string): SignUpRecord {
    if (signUp?.id === id) return signUp;
    throw resourceNotFound(`No sign up was found with id ${id}`);
  }

  async #save(client: ClientRecord, record: SignUpRecord): Promise<SignUp> {
    const { clients, clientSessions, users, now } = this.options;
    if (record.emailCode !== 'verified' || missingFields(record).length > 0) {
      await clients.update(client, { signUp: record });
      return toSignUp({ record });
    }
    const user = await users.add(signedUpUser(record, now()));
    const session = await clientSessions.start(client, user.id);
    return toSignUp({ record, completed: { sessionId: session.id, userId: user.id } });
  }
}

/** `strategy: password` announces a password; clerk-js's `signUp.password()` sends both. */
function requirePassword({ strategy, password }: SignUpFields): void {
  if (strategy === undefined || strategy === null) return;
  if (strategy !== 'password') throw unknownStrategy('sign-up', strategy);
  if (!password) throw invalidParameter('password', 'form_param_missing', 'is missing');
}

function requireEmailCode(strategy: string): void {
  if (strategy !== 'email_code') throw unknownStrategy('sign-up', strategy);
}

function alreadyVerified(): Error {
  return invalidParameter(
    'email_address',
    'verification_already_verified',
    'already verified',
    'This verification has already been verified.',
  );
}
