import type { Clock, Log } from '../shared/ports.js';
import type { EmitEvent } from '../state/webhook-records.js';
import type { Store } from '../state/store.js';
import { testCode } from './codes.js';
import type { Channel, EmailSlug, SmsSlug } from './template-catalogue.js';
import type { Templates } from './templates.js';

/** A message that Clerk would send. clerk-local shows it in the console instead. */
export interface Message {
  readonly id: string;
  readonly channel: Channel;
  /** The template, such as `verification_code`. */
  readonly slug: string;
  /** The email address or the phone number. */
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The recipient of a message, and the values of its template. */
interface NewMessage {
  readonly to: string;
  readonly userId?: string | null | undefined;
  /** The id of the email address or the phone number. */
  readonly identificationId?: string | null | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An email to send. */
export interface NewEmail extends NewMessage {
  readonly slug: EmailSlug;
}

/** A text message to send. */
export interface NewSms extends NewMessage {
  readonly slug: SmsSlug;
}

/** A verification code to send. */
export interface NewCode {
  readonly channel: Message['channel'];
  readonly to: string;
  /** The purpose of the code, such as `sign-in`. */
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
  readonly templates: Templates;
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
  email(message: NewEmail): void {
    const { store, emit, applicationName, templates } = this.options;
    const template = templates.get('email', message.slug);
    const { subject, body, plain } = templates.render(template, message.data);
    const id = store.ids.next('ema');
    this.keep({ id, channel: 'email', slug: message.slug, to: message.to, subject, body: plain });
    emit('email.created', {
      object: 'email',
      id,
      slug: message.slug,
      from_email_name: template.fromEmailName,
      reply_to_email_name: template.replyToEmailName,
      to_email_address: message.to,
      email_address_id: message.identificationId ?? null,
      user_id: message.userId ?? null,
      subject,
      body,
      body_plain: plain,
      status: 'queued',
      data: { app: { name: applicationName }, ...message.data },
      delivered_by_clerk: template.deliveredByClerk,
    });
  }

  /** The caller commits the store. */
  sms(message: NewSms): void {
    const { store, emit, now, applicationName, templates } = this.options;
    const template = templates.get('sms', message.slug);
    const { plain: body } = templates.render(template, message.data);
    const id = store.ids.next('sms');
    const subject = template.name;
    this.keep({ id, channel: 'sms', slug: message.slug, to: message.to, subject, body });
    emit('sms.created', {
      object: 'sms_message',
      id,
      slug: message.slug,
      from_phone_number: '+15555550199',
      to_phone_number: message.to,
      phone_number_id: message.identificationId ?? null,
      user_id: message.userId ?? null,
      message: body,
      status: 'queued',
      data: { app: { name: applicationName }, ...message.data },
      delivered_by_clerk: template.deliveredByClerk,
      created_at_ms: now(),
    });
  }

  /** Sends a verification code, and logs it without the address. The caller commits the store. */
  sendCode({ channel, purpose, ...code }: NewCode): void {
    this.options.log(`code for the ${purpose}: ${testCode}`);
    const slug = purpose === 'password reset' ? 'reset_password_code' : 'verification_code';
    const message = { ...code, slug, data: { otp_code: testCode } } as const;
    if (channel === 'email') this.email(message);
    else this.sms(message);
  }

  /** Sends a link that verifies an email address. The caller commits the store. */
  sendLink({ url, purpose, ...recipient }: NewLink): void {
    this.email({
      ...recipient,
      slug: purpose === 'sign-in' ? 'magic_link_sign_in' : 'magic_link_sign_up',
      data: { magic_link: url, ttl_minutes: 10 },
    });
  }

  private keep(message: Omit<Message, 'at'>): void {
    this.sent.push({ ...message, at: this.options.now() });
    if (this.sent.length > maxMessages) this.sent.shift();
  }
}
