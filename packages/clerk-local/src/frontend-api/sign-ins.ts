import { z } from 'zod';
import type { Clients } from '../domain/sessions/clients.js';
import { invalidParameter, resourceNotFound } from '../domain/shared/clerk-api-error.js';
import { newId } from '../domain/shared/ids.js';
import { optionalText } from '../domain/shared/parameters.js';
import type { Clock, Log } from '../domain/shared/ports.js';
import type { ClientRecord, SignInRecord, UserRecord } from '../domain/state/records.js';
import { normaliseEmail } from '../domain/users/email-address.js';
import { verifyPassword } from '../domain/users/password.js';
import type { UserDirectory } from '../domain/users/user-directory.js';
import type { Users } from '../domain/users/users.js';
import type { ClientSessions } from './client-sessions.js';
import { toSignIn, type SignIn, type Strategy } from './sign-in-resource.js';
import {
  ignoredFields,
  unknownStrategy,
  checkCode,
  codeNotSent,
  sendCode,
} from './verification.js';

/** What `POST /v1/client/sign_ins` takes. */
export const createSignInSchema = z.strictObject({
  ...ignoredFields,
  identifier: optionalText,
  password: optionalText,
  strategy: optionalText,
  /** Of the browser; the user's own stays. */
  locale: optionalText,
});
export type CreateSignIn = z.output<typeof createSignInSchema>;

/** What `prepare_first_factor` takes. */
export const prepareFirstFactorSchema = z.strictObject({
  ...ignoredFields,
  strategy: z.string(),
  email_address_id: optionalText,
});
export type PrepareFirstFactor = z.output<typeof prepareFirstFactorSchema>;

/** What `attempt_first_factor` takes. */
export const attemptFirstFactorSchema = z.strictObject({
  ...ignoredFields,
  strategy: z.string(),
  password: optionalText,
  code: optionalText,
});
export type AttemptFirstFactor = z.output<typeof attemptFirstFactorSchema>;

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

/**
 * Whose account an address is. An address that is not verified is nobody's yet.
 *
 * @throws {ClerkApiError} 422 `form_identifier_not_found`
 */
function findAccount(users: UserDirectory, identifier: string): UserRecord {
  const user = users.findByEmail(identifier);
  const email = user?.emails.find(({ address }) => address === normaliseEmail(identifier));
  if (user && email?.verification?.status === 'verified') return user;
  throw invalidParameter('identifier', 'form_identifier_not_found', "Couldn't find your account.");
}
