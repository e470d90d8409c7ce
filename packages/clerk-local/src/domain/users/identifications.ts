import { ClerkApiError, resourceNotFound } from '../shared/clerk-api-error.js';
import type { EmailRecord, PhoneRecord, UserRecord } from '../state/records.js';
import { parseEmail } from './email-address.js';
import { newEmail, newPhone } from './user-changes.js';
import {
  toEmailAddress,
  toPhoneNumber,
  type EmailAddress,
  type PhoneNumber,
} from './user-resource.js';
import type { Users } from './users.js';

/** What a server may set of an email address or a phone number. */
export interface IdentificationFields {
  readonly verified?: boolean | null | undefined;
  readonly primary?: boolean | null | undefined;
}

/** The Backend API's operations on the email addresses and phone numbers of users. */
export class Identifications {
  constructor(private readonly users: Users) {}

  email(id: string): EmailAddress {
    return toEmailAddress(find(this.ownerOfEmail(id).emails, id));
  }

  phone(id: string): PhoneNumber {
    return toPhoneNumber(find(this.ownerOfPhone(id).phones, id));
  }

  /** Adds an address. The address must be free. It becomes primary if there is no primary one. */
  async addEmail(
    userId: string,
    address: string,
    { verified = false, primary }: IdentificationFields,
  ): Promise<EmailAddress> {
    const email = parseEmail(address);
    this.users.directory.requireFreeEmail(email);
    const { ids, now } = this.users.newContext();
    const added = withVerification(newEmail(ids.next('idn'), email, now), verified === true);
    await this.users.change(userId, (user) => ({
      ...user,
      emails: [...user.emails, added],
      primaryEmailId: primary === true ? added.id : (user.primaryEmailId ?? added.id),
    }));
    return this.email(added.id);
  }

  async addPhone(
    userId: string,
    number: string,
    { verified = false, primary }: IdentificationFields,
  ): Promise<PhoneNumber> {
    this.users.directory.requireFreePhone(number);
    const { ids, now } = this.users.newContext();
    const added = { ...newPhone(ids.next('idn'), number, now), verified: verified === true };
    await this.users.change(userId, (user) => ({
      ...user,
      phones: [...user.phones, added],
      primaryPhoneId: primary === true ? added.id : (user.primaryPhoneId ?? added.id),
    }));
    return this.phone(added.id);
  }

  async updateEmail(id: string, fields: IdentificationFields): Promise<EmailAddress> {
    const { now } = this.users.newContext();
    await this.users.change(this.ownerOfEmail(id).id, (user) => ({
      ...user,
      emails: user.emails.map((email) =>
        email.id === id && typeof fields.verified === 'boolean'
          ? { ...withVerification(email, fields.verified), updatedAt: now }
          : email,
      ),
      primaryEmailId: fields.primary === true ? id : user.primaryEmailId,
    }));
    return this.email(id);
  }

  async updatePhone(id: string, fields: IdentificationFields): Promise<PhoneNumber> {
    const { now } = this.users.newContext();
    await this.users.change(this.ownerOfPhone(id).id, (user) => ({
      ...user,
      phones: user.phones.map((phone) =>
        phone.id === id && typeof fields.verified === 'boolean'
          ? { ...phone, verified: fields.verified, updatedAt: now }
          : phone,
      ),
      primaryPhoneId: fields.primary === true ? id : user.primaryPhoneId,
    }));
    return this.phone(id);
  }

  /** @throws {ClerkApiError} 400 for the only email address and phone number of a user */
  async removeEmail(id: string): Promise<void> {
    await this.users.change(this.ownerOfEmail(id).id, (user) => {
      const emails = user.emails.filter((email) => email.id !== id);
      if (emails.length + user.phones.length === 0) throw lastIdentification();
      const primaryEmailId =
        user.primaryEmailId === id ? (emails[0]?.id ?? null) : user.primaryEmailId;
      return { ...user, emails, primaryEmailId };
    });
  }

  /** @throws {ClerkApiError} like `removeEmail` */
  async removePhone(id: string): Promise<void> {
    await this.users.change(this.ownerOfPhone(id).id, (user) => {
      const phones = user.phones.filter((phone) => phone.id !== id);
      if (phones.length + user.emails.length === 0) throw lastIdentification();
      const primaryPhoneId =
        user.primaryPhoneId === id ? (phones[0]?.id ?? null) : user.primaryPhoneId;
      return { ...user, phones, primaryPhoneId };
    });
  }

  private ownerOfEmail(id: string): UserRecord {
    return owner(this.users, 'email address', id, ({ emails }) => emails);
  }

  private ownerOfPhone(id: string): UserRecord {
    return owner(this.users, 'phone number', id, ({ phones }) => phones);
  }
}

function owner(
  users: Users,
  name: string,
  id: string,
  of: (user: UserRecord) => readonly { readonly id: string }[],
): UserRecord {
  const user = users.directory.all().find((each) => of(each).some((item) => item.id === id));
  if (user) return user;
  throw resourceNotFound(`No ${name} was found with id ${id}`);
}

function find<Item extends EmailRecord | PhoneRecord>(items: readonly Item[], id: string): Item {
  const item = items.find((each) => each.id === id);
  if (item) return item;
  throw resourceNotFound(`Nothing was found with id ${id}`);
}

function withVerification(email: EmailRecord, verified: boolean): EmailRecord {
  return { ...email, verification: verified ? { status: 'verified', strategy: 'admin' } : null };
}

function lastIdentification(): Error {
  return new ClerkApiError(400, 'last_identification_deletion_failed', 'deletion failed', {
    longMessage: 'You cannot delete the last identification of a user.',
  });
}
