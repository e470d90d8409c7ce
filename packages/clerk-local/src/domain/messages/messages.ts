import type { Clock, Log } from '../shared/ports.js';
import type { EmitEvent } from '../state/records.js';
import type { Store } from '../state/store.js';
import { testCode } from './codes.js';

/** A message that Clerk would send. clerk-local shows it in the console instead. */
export interface Message {
  readonly id: string;
  readonly channel: 'email' | 'sms';
  /** The template, such as `verification_code`. */
  readonly slug: string;
  /** The email address or the phone number. */
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What to send. */
export interface NewMessage {
  readonly slug: string;
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  readonly userId?: string | null | undefined;
  /** The id of the email address or the phone number. */
  readonly identificationId?: string | null | undefined;
  /** The values of the template. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** A verification code to send. */
export interface NewCode {
  readonly channel: Message['channel'];
  readonly to: string;
  /** What the code is for, such as `sign-in`. */
  readonly purpose: string;
  readonly userId?: string | null | undefined;
  readonly identificationId?: string | null | undefined;
}

/** A link to send. */
export interface NewLink {
  readonly to: string;
  readonly url: string;
  readonly purpose: 'sign-in' | 'sign-up';
  readonly userId?: string | undefined;
  readonly identificationId?: string | undefined;
}

export interface MessagesOptions {
  readonly store: Store;
  readonly now: Clock;
  readonly emit: EmitEvent;
  readonly log: Log;
  readonly applicationName: string;
}

const maxMessages = 200;

/** Keeps the last messages in memory, and emits `email.created` and `sms.created`. */
export class Messages {
  private readonly sent: Message[] = [];

  constructor(private readonly options: MessagesOptions) {}

  /** Lists the messages, newest first. */
  list(): readonly Message[] {
    return [...this.sent].reverse();
  }

  /** The caller commits the store. */
  email(message: NewMessage): void {
    const { store, emit, applicationName } = this.options;
    const id = store.ids.next('ema');
    this.keep({ ...message, id, channel: 'email' });
    emit('email.created', {
      object: 'email',
      id,
      slug: message.slug,
      from_email_name: store.settings.fromEmailAddress,
      reply_to_email_name: null,
      to_email_address: message.to,
      email_address_id: message.identificationId ?? null,
      user_id: message.userId ?? null,
      subject: message.subject,
      body: `<p>${escapeHtml(message.body)}</p>`,
      body_plain: message.body,
      status: 'queued',
      data: { app: { name: applicationName }, ...message.data },
      delivered_by_clerk: true,
    });
  }

  /** The caller commits the store. */
  sms(message: NewMessage): void {
    const { store, emit, now, applicationName } = this.options;
    const id = store.ids.next('sms');
    this.keep({ ...message, id, channel: 'sms' });
    emit('sms.created', {
      object: 'sms_message',
      id,
      slug: message.slug,
      from_phone_number: '+15555550199',
      to_phone_number: message.to,
      phone_number_id: message.identificationId ?? null,
      user_id: message.userId ?? null,
      message: message.body,
      status: 'queued',
      data: { app: { name: applicationName }, ...message.data },
      delivered_by_clerk: true,
      created_at_ms: now(),
    });
  }

  /** Sends a verification code, and logs it without the address. The caller commits the store. */
  sendCode({ channel, purpose, ...code }: NewCode): void {
    this.options.log(`code for the ${purpose}: ${testCode}`);
    const message = {
      ...code,
      slug: 'verification_code',
      subject: `${testCode} is your verification code`,
      body: `${testCode} is your verification code for ${this.options.applicationName}.`,
      data: { otp_code: testCode },
    };
    if (channel === 'email') this.email(message);
    else this.sms(message);
  }

  /** Sends a link that verifies an email address. The caller commits the store. */
  sendLink({ url, purpose, ...recipient }: NewLink): void {
    const { applicationName } = this.options;
    this.email({
      ...recipient,
      slug: purpose === 'sign-in' ? 'magic_link_sign_in' : 'magic_link_sign_up',
      subject: `Your ${purpose} link for ${applicationName}`,
      body: `Follow this link to continue the ${purpose} for ${applicationName}: ${url}`,
      data: { magic_link: url, ttl_minutes: 10 },
    });
  }

  private keep({ id, channel, slug, to, subject, body }: NewMessage & Omit<Message, 'at'>): void {
    this.sent.push({ id, channel, slug, to, subject, body, at: this.options.now() });
    if (this.sent.length > maxMessages) this.sent.shift();
  }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
