import { z } from 'zod';
import { checkCode, codeNotSent } from '../domain/messages/codes.js';
import type { Messages } from '../domain/messages/messages.js';
import type { Clients } from '../domain/sessions/clients.js';
import { invalidParameter, resourceNotFound } from '../domain/shared/clerk-api-error.js';
import { optionalText } from '../domain/shared/parameters.js';
import type { OrganizationInvitations } from '../domain/organizations/organization-invitations.js';
import type { AccessRules } from '../domain/sessions/access-rules.js';
import type { Tickets } from '../domain/objects/tickets.js';
import type { Clock } from '../domain/shared/ports.js';
import {
  primaryEmail,
  type ClientRecord,
  type EmailRecord,
  type SignInRecord,
  type UserRecord,
} from '../domain/state/records.js';
import { normaliseEmail } from '../domain/users/email-address.js';
import { verifyPassword } from '../domain/users/password.js';
import type { UserDirectory } from '../domain/users/user-directory.js';
import type { Users } from '../domain/users/users.js';
import type { ClientSessions } from './client-sessions.js';
import { toSignIn, type SignIn, type Strategy } from './sign-in-resource.js';
import { ignoredFields, unknownStrategy } from './verification.js';

/** The parameters of `POST /v1/client/sign_ins`. */
export const createSignInSchema = z.strictObject({
  ...ignoredFields,
  identifier: optionalText,
  password: optionalText,
  /** Of a sign-in token or an actor token, with the strategy `ticket`. */
  ticket: optionalText,
  strategy: optionalText,
  /** The browser's locale. Does not change the user's locale. */
  locale: optionalText,
});
export type CreateSignIn = z.output<typeof createSignInSchema>;

/** The parameters of `prepare_first_factor`. */
export const prepareFirstFactorSchema = z.strictObject({
  ...ignoredFields,
  strategy: z.string(),
  email_address_id: optionalText,
});
export type PrepareFirstFactor = z.output<typeof prepareFirstFactorSchema>;

/** The parameters of `attempt_first_factor`. */
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
  readonly tickets: Tickets;
  readonly organizationInvitations: OrganizationInvitations;
  readonly accessRules: AccessRules;
  readonly now: Clock;
  readonly messages: Messages;
}

/** The operations of `/v1/client/sign_ins`: sign-in with a password or a code. */
export class SignIns {
  constructor(private readonly options: SignInsOptions) {}

  /** Starts a sign-in. With an identifier and a password, completes it at once. */
  async create(client: ClientRecord, fields: CreateSignIn): Promise<SignIn> {
    const { clients, clientSessions, users, now } = this.options;
    if (fields.ticket) return this.redeem(client, fields.ticket);
    const strategy = fields.strategy ?? (fields.password ? 'password' : undefined);
    if (strategy !== undefined && !isStrategy(strategy)) throw unknownStrategy('sign-in', strategy);
    clientSessions.requireSignedOut(client);
    const identifier = fields.identifier ?? null;
    const user = identifier === null ? undefined : findAccount(users.directory, identifier);
    if (identifier !== null) this.options.accessRules.requireSignIn(normaliseEmail(identifier));
    const record: SignInRecord = {
      id: this.options.users.newContext().ids.next('sia'),
      identifier,
      userId: user?.id ?? null,
      codeSent: false,
      createdAt: now(),
    };
    const updated = await clients.update(client, { signIn: record });
    if (strategy === undefined || !user) return this.show(record);
    return strategy === 'password'
      ? this.attempt(updated, record.id, { strategy, password: fields.password })
      : this.prepare(updated, record.id, { strategy });
  }

  /** Signs in the user of a sign-in token or an actor token, once. */
  private async redeem(client: ClientRecord, ticket: string): Promise<SignIn> {
    const { clientSessions, users, tickets, organizationInvitations, now } = this.options;
    const kinds = ['sign_in_token', 'actor_token', 'organization_invitation'] as const;
    const token = tickets.find(kinds, ticket);
    clientSessions.requireSignedOut(client);
    const isInvitation = token.object === 'organization_invitation';
    const userId = isInvitation
      ? findAccount(users.directory, String(token['email_address'])).id
      : String(token['user_id']);
    const actor = actorSchema.parse(token['actor'] ?? null);
    if (isInvitation) await organizationInvitations.accept(token, userId);
    else await tickets.accept(token);
    const session = await clientSessions.start(client, userId, actor);
    const record = {
      id: users.newContext().ids.next('sia'),
      identifier: null,
      userId,
      codeSent: false,
      createdAt: now(),
    };
    return this.show(record, { sessionId: session.id, strategy: 'ticket' });
  }

  /** @throws {ClerkApiError} 404 unless this is the browser's sign-in in progress */
  get(client: ClientRecord, id: string): SignIn {
    return this.show(this.record(client, id));
  }

  /** Sends the sign-in code. */
  async prepare(client: ClientRecord, id: string, fields: PrepareFirstFactor): Promise<SignIn> {
    const record = this.record(client, id);
    const user = this.requireUser(record);
    if (fields.strategy !== 'email_code') throw unknownStrategy('sign-in', fields.strategy);
    const email = emailOf(user, fields.email_address_id ?? null, record.identifier);
    this.options.messages.sendCode({
      channel: 'email',
      to: email?.address ?? '',
      purpose: 'sign-in',
      userId: user.id,
      identificationId: email?.id,
    });
    const prepared = { ...record, codeSent: true };
    await this.options.clients.update(client, { signIn: prepared });
    return this.show(prepared);
  }

  /** Checks a password or a code, and signs the user in. */
  async attempt(client: ClientRecord, id: string, fields: AttemptFirstFactor): Promise<SignIn> {
    const { clientSessions } = this.options;
    const record = this.record(client, id);
    const user = this.requireUser(record);
    const strategy = await verify(record, user, fields);
    // Checked after the last await: a concurrent attempt may have signed in.
    clientSessions.requireSignedOut(client);
    const session = await clientSessions.start(client, user.id);
    return this.show(record, { sessionId: session.id, strategy });
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
    return toSignIn({ record, user, ...(completed && { completed }) });
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

const actorSchema = z.record(z.string(), z.unknown()).nullable();

function isStrategy(value: string): value is Strategy {
  return value === 'password' || value === 'email_code';
}

/** @throws {ClerkApiError} 422 for a wrong password or code */
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
 * Finds the user with a verified email address. An unverified address identifies no account.
 *
 * @throws {ClerkApiError} 422 `form_identifier_not_found`
 */
function findAccount(users: UserDirectory, identifier: string): UserRecord {
  const user = users.findByEmail(identifier);
  const email = user?.emails.find(({ address }) => address === normaliseEmail(identifier));
  if (user && email?.verification?.status === 'verified') return user;
  throw invalidParameter('identifier', 'form_identifier_not_found', "Couldn't find your account.");
}
