import { randomBytes } from 'node:crypto';
import type { Messages } from '../domain/messages/messages.js';
import { ClerkApiError, invalidParameter } from '../domain/shared/clerk-api-error.js';
import { monotonicClock, type Clock } from '../domain/shared/ports.js';
import { isLoopbackUrl } from '../http/hosts.js';

/** The attempt and address that a link in an email verifies. */
export interface EmailLink {
  /** The token of the browser that asked for the link. */
  readonly devBrowser: string;
  readonly kind: 'sign_in' | 'sign_up';
  readonly attemptId: string;
  /** The application's page at which to continue. */
  readonly redirectUrl: string;
}

/** The recipient of a link. */
interface Recipient {
  readonly to: string;
  readonly userId?: string | undefined;
  readonly identificationId?: string | undefined;
}

const lifetimeMs = 600_000;

/** Sends links that verify an email address, and keeps them until they are followed. */
export class EmailLinks {
  private readonly pending = new Map<string, EmailLink & { readonly expiresAt: number }>();

  /**
   * @param baseUrl returns the URL of the instance
   * @param now a monotonic clock
   */
  constructor(
    private readonly baseUrl: () => string,
    private readonly messages: Messages,
    private readonly now: Clock = monotonicClock,
  ) {}

  /**
   * Sends a link. It invalidates earlier links of the same attempt. The caller commits the store.
   *
   * @throws {ClerkApiError} 422 without a `redirect_url` on this machine
   */
  send(link: EmailLink, recipient: Recipient): void {
    const { redirectUrl } = link;
    if (!isLoopbackUrl(redirectUrl)) {
      throw invalidParameter(
        'redirect_url',
        redirectUrl === '' ? 'form_param_missing' : 'form_param_value_invalid',
        redirectUrl === '' ? 'is missing' : 'is not allowed',
        'redirect_url must be a URL on this machine, such as http://localhost:3000/verify.',
      );
    }
    for (const [token, { attemptId, expiresAt }] of this.pending) {
      if (attemptId === link.attemptId || expiresAt <= this.now()) this.pending.delete(token);
    }
    const token = randomBytes(24).toString('base64url');
    this.pending.set(token, { ...link, expiresAt: this.now() + lifetimeMs });
    const url = new URL('/v1/verify', this.baseUrl());
    url.searchParams.set('token', token);
    this.messages.sendLink({
      ...recipient,
      url: url.href,
      purpose: link.kind === 'sign_in' ? 'sign-in' : 'sign-up',
    });
  }

  /**
   * Follows a link, which works only once.
   *
   * @throws {ClerkApiError} 400 for a link that is unknown, used or expired
   */
  take(token: string): EmailLink {
    const link = this.pending.get(token);
    this.pending.delete(token);
    if (link && link.expiresAt > this.now()) return link;
    throw new ClerkApiError(400, 'verification_expired', 'link expired', {
      longMessage: 'This link was used before, or has expired. Ask for a new one.',
    });
  }
}
