import { checkCode, codeNotSent } from '../domain/messages/codes.js';
import type { Messages } from '../domain/messages/messages.js';
import { ClerkApiError, resourceNotFound } from '../domain/shared/clerk-api-error.js';
import type { Clock } from '../domain/shared/ports.js';
import type { EmailRecord, UserRecord } from '../domain/state/user-records.js';
import { parseEmail } from '../domain/users/email-address.js';
import type { EmailAddress } from '../domain/users/identification-resources.js';
import { newEmail } from '../domain/users/user-changes.js';
import type { User } from '../domain/users/user-resource.js';
import type { Users } from '../domain/users/users.js';
import { toClientEmailAddress } from './user-resource.js';

export interface EmailAddressesOptions {
  readonly users: Users;
  readonly now: Clock;
  readonly messages: Messages;
}

/** The operations of `/v1/me/email_addresses`: a user manages their email addresses. */
export class EmailAddresses {
  constructor(private readonly options: EmailAddressesOptions) {}

  list(userId: string): readonly EmailAddress[] {
    return this.options.users.get(userId).email_addresses.map(toClientEmailAddress);
  }

  get(userId: string, id: string): EmailAddress {
    return find(this.options.users.get(userId), id);
  }

  /** Adds an unverified address. The address must be free. */
  async add(userId: string, emailAddress: string): Promise<EmailAddress> {
    const { users, now } = this.options;
    const address = parseEmail(emailAddress);
    users.directory.requireFreeEmail(address);
    const id = users.newContext().ids.next('idn');
    const email: EmailRecord = { ...newEmail(id, address, now()), verification: null };
    const user = await users.change(userId, (record) => ({
      ...record,
      emails: [...record.emails, email],
    }));
    return find(user, id);
  }

  /** Sends the verification code. */
  async prepare(userId: string, id: string): Promise<EmailAddress> {
    const { email_address: to } = this.get(userId, id);
    this.options.messages.sendCode({
      channel: 'email',
      to,
      purpose: 'email address',
      userId,
      identificationId: id,
    });
    return this.verify(userId, id, 'unverified');
  }

  /**
   * Verifies an address.
   *
   * @throws {ClerkApiError} 422 for a wrong code, or before a code was sent
   */
  async attempt(userId: string, id: string, code: string): Promise<EmailAddress> {
    if (this.get(userId, id).verification === null) throw codeNotSent();
    checkCode(code);
    return this.verify(userId, id, 'verified');
  }

  /**
   * Removes an address. Another verified address replaces a removed primary address.
   *
   * @throws {ClerkApiError} 400 for the last verified address
   */
  async remove(userId: string, id: string): Promise<void> {
    this.get(userId, id);
    await this.options.users.change(userId, (user) => withoutEmail(user, id));
  }

  private async verify(
    userId: string,
    id: string,
    status: 'unverified' | 'verified',
  ): Promise<EmailAddress> {
    const { users, now } = this.options;
    const user = await users.change(userId, (record) => ({
      ...record,
      emails: record.emails.map((email) =>
        email.id === id
          ? { ...email, verification: { status, strategy: 'email_code' }, updatedAt: now() }
          : email,
      ),
    }));
    return find(user, id);
  }
}

function find({ email_addresses }: User, id: string): EmailAddress {
  const email = email_addresses.find((each) => each.id === id);
  if (email) return toClientEmailAddress(email);
  throw resourceNotFound(`No email address was found with id ${id}`);
}

function withoutEmail(user: UserRecord, id: string): UserRecord {
  const emails = user.emails.filter((email) => email.id !== id);
  const verified = emails.find(({ verification }) => verification?.status === 'verified');
  if (!verified) {
    throw new ClerkApiError(400, 'identification_deletion_failed', 'deletion failed', {
      longMessage: 'You cannot delete your last identification.',
    });
  }
  return {
    ...user,
    emails,
    primaryEmailId: user.primaryEmailId === id ? verified.id : user.primaryEmailId,
  };
}
