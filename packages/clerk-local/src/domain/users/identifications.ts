import type { Messages } from '../messages/messages.js';
import { ClerkApiError, resourceNotFound } from '../shared/clerk-api-error.js';
import type { EmailRecord, PhoneRecord, UserRecord } from '../state/user-records.js';
import type { CodeVerification, CodeVerifications } from './code-verifications.js';
import { parseEmail } from './email-address.js';
import { newEmail, newPhone } from './user-changes.js';
import {
  toEmailAddress,
  toPhoneNumber,
  type EmailAddress,
  type PhoneNumber,
} from './identification-resources.js';
import { reserveForSecondFactor } from './second-factor-phones.js';
import type { Users } from './users.js';

/** The fields of an email address or a phone number that a server may set. */
export interface IdentificationFields {
  readonly verified?: boolean | null | undefined;
  readonly primary?: boolean | null | undefined;
}

/** The fields of a phone number that a server may set. */
export interface PhoneFields extends IdentificationFields {
  readonly reserved_for_second_factor?: boolean | null | undefined;
}

/** The state of an email address or a phone number that replaces a user's others. */
export type IdentificationStatus = 'verified' | 'reserved' | 'unverified';

/** The Backend API's operations on the email addresses and phone numbers of users. */
export class Identifications {
  constructor(
    private readonly users: Users,
    private readonly messages: Messages,
    private readonly verifications: CodeVerifications,
  ) {}

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
    { verified = false, primary, reserved_for_second_factor: isSecondFactor }: PhoneFields,
  ): Promise<PhoneNumber> {
    this.users.directory.requireFreePhone(number);
    const { ids, now } = this.users.newContext();
    const added = { ...newPhone(ids.next('idn'), number, now), verified: verified === true };
    await this.users.change(userId, (user) => ({
      ...user,
      phones: reserveForSecondFactor([...user.phones, added], added.id, isSecondFactor),
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

  async updatePhone(id: string, fields: PhoneFields): Promise<PhoneNumber> {
    const { now } = this.users.newContext();
    await this.users.change(this.ownerOfPhone(id).id, (user) => ({
      ...user,
      phones: reserveForSecondFactor(
        user.phones.map((phone) =>
          phone.id === id
            ? { ...phone, verified: fields.verified ?? phone.verified, updatedAt: now }
            : phone,
        ),
        id,
        fields.reserved_for_second_factor,
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

  /** Replaces all email addresses of a user. The new one becomes primary. */
  async replaceEmail(
    userId: string,
    address: string,
    status: IdentificationStatus,
  ): Promise<EmailAddress> {
    const email = parseEmail(address);
    const { emails } = this.users.directory.get(userId);
    const known = emails.find((each) => each.address === email);
    if (known === undefined) this.users.directory.requireFreeEmail(email);
    const { ids, now } = this.users.newContext();
    const found = known ?? newEmail(ids.next('idn'), email, now);
    const reserved = status === 'reserved';
    const kept = { ...withVerification(found, status === 'verified'), reserved };
    await this.users.change(userId, (user) => ({
      ...user,
      emails: [kept],
      primaryEmailId: kept.id,
    }));
    return this.email(kept.id);
  }

  /** Replaces all phone numbers of a user. The new one becomes primary. */
  async replacePhone(
    userId: string,
    number: string,
    status: IdentificationStatus,
  ): Promise<PhoneNumber> {
    const { phones } = this.users.directory.get(userId);
    const known = phones.find((each) => each.number === number);
    if (known === undefined) this.users.directory.requireFreePhone(number);
    const { ids, now } = this.users.newContext();
    const kept = {
      ...(known ?? newPhone(ids.next('idn'), number, now)),
      verified: status === 'verified',
      reserved: status === 'reserved',
      reservedForSecondFactor: false,
      defaultSecondFactor: false,
    };
    await this.users.change(userId, (user) => ({
      ...user,
      phones: [kept],
      primaryPhoneId: kept.id,
    }));
    return this.phone(kept.id);
  }

  /** Sends a code to an email address, also to a verified one. */
  async prepareEmail(id: string): Promise<CodeVerification> {
    const owner = this.ownerOfEmail(id);
    this.messages.sendCode({
      channel: 'email',
      to: find(owner.emails, id).address,
      purpose: 'email address',
      userId: owner.id,
      identificationId: id,
    });
    return this.verifications.start(id, 'email_code');
  }

  /** Checks a code. A right one verifies the email address. */
  async attemptEmail(id: string, verificationId: string, code: string): Promise<CodeVerification> {
    const { verification } = find(this.ownerOfEmail(id).emails, id);
    const result = await this.verifications.attempt(id, verificationId, code);
    if (result.status === 'verified' && verification?.status !== 'verified') {
      await this.setEmail(id, { verification: { status: 'verified', strategy: 'email_code' } });
    }
    return result;
  }

  /** Sends a code to a phone number, also to a verified one. */
  async preparePhone(id: string): Promise<CodeVerification> {
    const owner = this.ownerOfPhone(id);
    this.messages.sendCode({
      channel: 'sms',
      to: find(owner.phones, id).number,
      purpose: 'phone number',
      userId: owner.id,
      identificationId: id,
    });
    return this.verifications.start(id, 'phone_code');
  }

  /** Checks a code. A right one verifies the phone number. */
  async attemptPhone(id: string, verificationId: string, code: string): Promise<CodeVerification> {
    const { verified } = find(this.ownerOfPhone(id).phones, id);
    const result = await this.verifications.attempt(id, verificationId, code);
    if (result.status === 'verified' && !verified) await this.setPhone(id, { verified: true });
    return result;
  }

  private async setEmail(id: string, change: Partial<EmailRecord>): Promise<void> {
    const { now } = this.users.newContext();
    await this.users.change(this.ownerOfEmail(id).id, (user) => ({
      ...user,
      emails: user.emails.map((email) =>
        email.id === id ? { ...email, ...change, updatedAt: now } : email,
      ),
    }));
  }

  private async setPhone(id: string, change: Partial<PhoneRecord>): Promise<void> {
    const { now } = this.users.newContext();
    await this.users.change(this.ownerOfPhone(id).id, (user) => ({
      ...user,
      phones: user.phones.map((phone) =>
        phone.id === id ? { ...phone, ...change, updatedAt: now } : phone,
      ),
    }));
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
  return new ClerkApiError(400, 'identification_deletion_failed', 'deletion failed', {
    longMessage: 'You cannot delete the last identification of a user.',
  });
}
