import { z } from 'zod';
import { checkCode, codeNotSent } from '../domain/messages/codes.js';
import type { Messages } from '../domain/messages/messages.js';
import type { Clients } from '../domain/sessions/clients.js';
import { invalidParameter, resourceNotFound } from '../domain/shared/clerk-api-error.js';
import type { Ids } from '../domain/shared/ids.js';
import { flag, metadata, optionalText } from '../domain/shared/parameters.js';
import type { OrganizationInvitations } from '../domain/organizations/organization-invitations.js';
import type { AccessRules } from '../domain/sessions/access-rules.js';
import type { Tickets } from '../domain/objects/tickets.js';
import type { Waitlist } from '../domain/objects/waitlist.js';
import type { Clock } from '../domain/shared/ports.js';
import type {
  ClientRecord,
  SignUpRecord,
  EmailRecord,
  UserRecord,
} from '../domain/state/records.js';
import type { Store } from '../domain/state/store.js';
import { parseEmail } from '../domain/users/email-address.js';
import { checkPasswordRules, hashPassword } from '../domain/users/password.js';
import { newUser } from '../domain/users/user-changes.js';
import type { UserDirectory } from '../domain/users/user-directory.js';
import type { Users } from '../domain/users/users.js';
import type { ClientSessions } from './client-sessions.js';
import { missingFields, toSignUp, type SignUp } from '../domain/sessions/sign-up-resource.js';
import { ignoredFields, unknownStrategy } from './verification.js';

/** The parameters for creating and updating a sign-up. Other attributes are disabled. */
export const signUpSchema = z.strictObject({
  ...ignoredFields,
  /** Only `password` is emulated. */
  strategy: optionalText,
  email_address: optionalText,
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
    requirePassword(fields);
    this.options.clientSessions.requireSignedOut(client);
    const record: SignUpRecord = {
      id: this.options.users.newContext().ids.next('sua'),
      email: null,
      emailCode: 'not_sent',
      passwordHash: null,
      firstName: null,
      lastName: null,
      locale: null,
      unsafeMetadata: {},
      username: null,
      phone: null,
      phoneCode: 'not_sent',
      externalId: null,
      customAction: false,
      ticket: null,
      createdAt: this.options.now(),
    };
    const invited = fields.ticket ? this.invited(record, fields.ticket) : record;
    return this.apply(client, invited, fields);
  }

  /** @throws {ClerkApiError} 404 unless this is the browser's sign-up in progress */
  get(client: ClientRecord, id: string): SignUp {
    return toSignUp({ record: this.record(client, id) });
  }

  async update(client: ClientRecord, id: string, fields: SignUpFields): Promise<SignUp> {
    requirePassword(fields);
    const record = this.record(client, id);
    return this.apply(client, record, fields);
  }

  /** Sends the verification code. */
  async prepare(client: ClientRecord, id: string, fields: PrepareVerification): Promise<SignUp> {
    const record = this.record(client, id);
    requireEmailCode(fields.strategy);
    if (record.email === null)
      throw invalidParameter('email_address', 'form_param_missing', 'is missing');
    if (record.emailCode === 'verified') throw alreadyVerified();
    this.options.messages.sendCode({ channel: 'email', to: record.email, purpose: 'sign-up' });
    return this.save(client, { ...record, emailCode: 'sent' });
  }

  /** Checks a code. If no field is missing, creates the user and signs them in. */
  async attempt(client: ClientRecord, id: string, fields: AttemptVerification): Promise<SignUp> {
    const record = this.record(client, id);
    requireEmailCode(fields.strategy);
    if (record.emailCode === 'verified') throw alreadyVerified();
    if (record.emailCode === 'not_sent') throw codeNotSent();
    checkCode(fields.code);
    return this.save(client, { ...record, emailCode: 'verified' });
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
    const { store, clients, clientSessions, users, now } = this.options;
    if (
      record.customAction ||
      record.emailCode !== 'verified' ||
      missingFields(record).length > 0
    ) {
      await clients.update(client, { signUp: record });
      return toSignUp({ record });
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

function alreadyVerified(): Error {
  return invalidParameter(
    'email_address',
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
  return {
    ...record,
    email,
    emailCode: email === record.email ? record.emailCode : 'not_sent',
    passwordHash: fields.password ? await newHash(fields.password) : record.passwordHash,
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
  const emails = signUp.email === null ? [] : [verifiedEmail(ids.next('idn'), signUp.email, now)];
  const fields = {
    external_id: signUp.externalId,
    first_name: signUp.firstName,
    last_name: signUp.lastName,
    locale: signUp.locale,
    unsafe_metadata: signUp.unsafeMetadata,
  };
  const { passwordHash } = signUp;
  const password = passwordHash === null ? {} : { passwordHash, passwordUpdatedAt: now };
  return {
    ...newUser(fields, [], password, { now, ids }),
    emails,
    primaryEmailId: emails[0]?.id ?? null,
  };
}

function verifiedEmail(id: string, address: string, now: number): EmailRecord {
  return {
    id,
    address,
    verification: { status: 'verified', strategy: 'email_code' },
    createdAt: now,
    updatedAt: now,
  };
}
