import type { ClientRecord } from '../../clients/client-record.js';
import type { Clients } from '../../clients/clients.js';
import type { SignInRecord } from '../../clients/sign-in-record.js';
import type { Clock } from '../../clock.js';
import { invalidParameter, resourceNotFound } from '../../errors/clerk-api-error.js';
import { newId } from '../../ids.js';
import type { Log } from '../../log.js';
import { verifyPassword } from '../../users/password.js';
import type { UserRecord } from '../../users/user-record.js';
import type { Users } from '../../users/users.js';
import type { ClientSessions } from '../client-sessions.js';
import { unknownStrategy } from '../strategies.js';
import { checkCode, codeNotSent, sendCode } from '../verification-code.js';
import { findAccount } from './find-account.js';
import type { AttemptFirstFactor, CreateSignIn, PrepareFirstFactor } from './sign-in-input.js';
import { toSignIn, type SignIn, type Strategy } from './sign-in-resource.js';

export interface SignInsOptions {
  readonly clients: Clients;
  readonly clientSessions: ClientSessions;
  readonly users: Users;
  readonly now: Clock;
  readonly log: Log;
}

/** Signing in, by password or by a code: the operations of `/v1/client/sign_ins`. */
export class SignIns {
  constructor(private readonly options: SignInsOptions) {}

  /** Starts one; with an identifier and a password, it is completed at once. */
  async create(client: ClientRecord, fields: CreateSignIn): Promise<SignIn> {
    const { clients, clientSessions, users, now } = this.options;
    const strategy = fields.strategy ?? (fields.password ? 'password' : undefined);
    if (strategy !== undefined && !isStrategy(strategy)) throw unknownStrategy('sign-in', strategy);
    clientSessions.requireSignedOut(client);
    const identifier = fields.identifier ?? null;
    const user = identifier === null ? undefined : findAccount(users.directory, identifier);
    const record: SignInRecord = {
      id: newId('sia'),
      identifier,
      userId: user?.id ?? null,
      codeSent: false,
      createdAt: now(),
    };
    const updated = await clients.update(client, { signIn: record });
    if (strategy === undefined || !user) return this.#show(record);
    return strategy === 'password'
      ? this.attempt(updated, record.id, { strategy, password: fields.password })
      : this.prepare(updated, record.id, { strategy });
  }

  /** @throws {ClerkApiError} 404 for any but the one under way */
  get(client: ClientRecord, id: string): SignIn {
    return this.#show(this.#record(client, id));
  }

  /** Sends the code. */
  async prepare(client: ClientRecord, id: string, fields: PrepareFirstFactor): Promise<SignIn> {
    const record = this.#record(client, id);
    this.#requireUser(record);
    if (fields.strategy !== 'email_code') throw unknownStrategy('sign-in', fields.strategy);
    sendCode(this.options.log, 'sign-in');
    const prepared = { ...record, codeSent: true };
    await this.options.clients.update(client, { signIn: prepared });
    return this.#show(prepared);
  }

  /** Tries a password or a code, and signs in with the right one. */
  async attempt(client: ClientRecord, id: string, fields: AttemptFirstFactor): Promise<SignIn> {
    const { clientSessions } = this.options;
    const record = this.#record(client, id);
    const user = this.#requireUser(record);
    const strategy = await verify(record, user, fields);
    // After the last wait: meanwhile another attempt may have signed in.
    clientSessions.requireSignedOut(client);
    const session = await clientSessions.start(client, user.id);
    return this.#show(record, { sessionId: session.id, strategy });
  }

  #record({ signIn }: ClientRecord, id: string): SignInRecord {
    if (signIn?.id === id) return signIn;
    throw resourceNotFound(`No sign in was found with id ${id}`);
  }

  #requireUser({ userId }: SignInRecord): UserRecord {
    if (userId !== null) return this.options.users.directory.get(userId);
    throw invalidParameter('identifier', 'form_param_missing', 'is missing');
  }

  #show(record: SignInRecord, completed?: { sessionId: string; strategy: Strategy }): SignIn {
    const user = record.userId === null ? undefined : this.options.users.get(record.userId);
    return toSignIn({ record, user, ...(completed && { completed }) });
  }
}

function isStrategy(value: string): value is Strategy {
  return value === 'password' || value === 'email_code';
}

/** @throws {ClerkApiError} 422 where the password or the code is not right */
async function verify(
  { codeSent }: SignInRecord,
  { passwordHash }: UserRecord,
  { strategy, password, code }: AttemptFirstFactor,
): Promise<Strategy> {
  switch (strategy) {
    case 'password':
      if (passwordHash && (await verifyPassword(password ?? '', passwordHash))) return strategy;
      throw invalidParameter(
        'password',
        'form_password_incorrect',
        'Password is incorrect. Try again, or use another method.',
      );
    case 'email_code':
      if (!codeSent) throw codeNotSent();
      checkCode(code);
      return strategy;
    default:
      throw unknownStrategy('sign-in', strategy);
  }
}
