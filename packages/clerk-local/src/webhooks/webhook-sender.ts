import { Webhook } from 'standardwebhooks';
import type { Clock } from '../domain/shared/ports.js';
import type { WebhookMessage, WebhookEventType } from '../domain/state/records.js';

/** svix's timeout for the response of an endpoint. */
const timeoutMs = 15_000;

/** The result of an attempt. Only 2xx is success. A redirect is a failure, as with svix. */
export type AttemptResult =
  | { readonly ok: boolean; readonly httpStatus: number }
  | { readonly ok: false; readonly httpStatus: null; readonly reason: 'timeout' | 'network' };

export interface WebhookSenderOptions {
  readonly url: string;
  /** `whsec_…` */
  readonly signingSecret: string;
  readonly now: Clock;
}

/** Signs and posts messages as svix does: `svix-id`, `svix-timestamp` and `svix-signature`. */
export class WebhookSender {
  private readonly webhook: Webhook;

  constructor(private readonly options: WebhookSenderOptions) {
    this.webhook = new Webhook(options.signingSecret);
  }

  /**
   * Makes one attempt.
   *
   * The signal lives as long as the instance, so the attempt adds one listener and removes it at
   * the end. On Node 20, `AbortSignal.any` would leak a signal per attempt.
   *
   * @param signal aborts the attempt when the instance closes
   */
  async send(message: WebhookMessage, signal: AbortSignal): Promise<AttemptResult> {
    const controller = new AbortController();
    const abort = (): void => {
      controller.abort();
    };
    const timeout = new Error('The endpoint did not respond in time.');
    const timer = setTimeout(() => {
      controller.abort(timeout);
    }, timeoutMs);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    try {
      const response = await fetch(this.options.url, {
        method: 'POST',
        headers: this.headers(message),
        body: message.body,
        redirect: 'manual',
        signal: controller.signal,
      });
      await response.body?.cancel();
      return { ok: response.ok, httpStatus: response.status };
    } catch {
      const isLate = controller.signal.reason === timeout;
      return { ok: false, httpStatus: null, reason: isLate ? 'timeout' : 'network' };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }

  private headers({ id, body }: WebhookMessage): Record<string, string> {
    const at = new Date(this.options.now());
    return {
      'content-type': 'application/json',
      'user-agent': 'Svix-Webhooks/1.0',
      'svix-id': id,
      'svix-timestamp': Math.floor(at.getTime() / 1000).toString(),
      'svix-signature': this.webhook.sign(id, at, body),
    };
  }
}

export interface WebhookEventInput {
  readonly type: WebhookEventType;
  readonly data: unknown;
  readonly instanceId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Serialises an event with Clerk's envelope.
 *
 * `timestamp` is in milliseconds, as in Clerk's guide. Clerk's published example uses seconds.
 */
export function webhookBody({ type, data, instanceId, now }: WebhookEventInput): string {
  return JSON.stringify({
    data,
    event_attributes: { http_request: { client_ip: '127.0.0.1', user_agent: 'clerk-local' } },
    instance_id: instanceId,
    object: 'event',
    timestamp: now,
    type,
  });
}
