import { Webhook } from 'standardwebhooks';
import type { Clock } from '../domain/shared/ports.js';
import type { WebhookMessage, WebhookEventType } from '../domain/state/webhook-records.js';

/** svix's timeout for the response of an endpoint. */
const timeoutMs = 15_000;

/** The result of an attempt. Only 2xx is success. A redirect is a failure, as with svix. */
export type AttemptResult =
  | {
      readonly ok: boolean;
      readonly httpStatus: number;
      readonly isFinal: boolean;
      /** Whether the endpoint gets no further messages. */
      readonly disables: boolean;
    }
  | { readonly ok: false; readonly httpStatus: null; readonly reason: 'timeout' | 'network' };

/** The values of svix's response header `webhook-delivery` that end the attempts of a message. */
const finalControls = new Set(['abort-message', 'disable']);

/** An endpoint that receives webhooks. */
export interface WebhookEndpoint {
  readonly url: string;
  /** `whsec_…` */
  readonly secret: string;
  /** The types of the events that are sent to it. Missing: all. */
  readonly events?: readonly string[] | undefined;
}

export interface WebhookSenderOptions {
  readonly endpoints: readonly WebhookEndpoint[];
  /** The clock of the signature, which endpoints compare with their own. */
  readonly now: Clock;
}

/** Signs and posts messages as svix does: `svix-id`, `svix-timestamp` and `svix-signature`. */
export class WebhookSender {
  private readonly signers: ReadonlyMap<string, Webhook>;
  /** The URLs of endpoints that have disabled themselves. They are enabled at the next start. */
  private readonly disabled = new Set<string>();

  constructor(private readonly options: WebhookSenderOptions) {
    this.signers = new Map(options.endpoints.map(({ url, secret }) => [url, new Webhook(secret)]));
  }

  /** Returns the URLs of the endpoints that receive a type of event. */
  urlsFor(type: string): string[] {
    return this.options.endpoints
      .filter(({ events }) => events === undefined || events.includes(type))
      .map(({ url }) => url)
      .filter((url) => !this.isDisabled(url));
  }

  /** Whether an endpoint has disabled itself. */
  isDisabled(url: string): boolean {
    return this.disabled.has(url);
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
      const [first] = this.options.endpoints;
      // Messages of an earlier version name no endpoint.
      const url = message.url ?? first?.url ?? '';
      const response = await fetch(url, {
        method: 'POST',
        headers: this.headers(url, message),
        body: message.body,
        redirect: 'manual',
        signal: controller.signal,
      });
      await response.body?.cancel();
      const control = response.headers.get('webhook-delivery') ?? '';
      if (control === 'disable') this.disabled.add(url);
      return {
        ok: response.ok,
        httpStatus: response.status,
        isFinal: response.ok || finalControls.has(control),
        disables: control === 'disable',
      };
    } catch {
      const isLate = controller.signal.reason === timeout;
      return { ok: false, httpStatus: null, reason: isLate ? 'timeout' : 'network' };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }

  private headers(url: string, { id, body }: WebhookMessage): Record<string, string> {
    const signer = this.signers.get(url);
    if (signer === undefined) throw new TypeError('The endpoint was removed.');
    const at = new Date(this.options.now());
    return {
      'content-type': 'application/json',
      'user-agent': 'Svix-Webhooks/1.0',
      'svix-id': id,
      'svix-timestamp': Math.floor(at.getTime() / 1000).toString(),
      'svix-signature': signer.sign(id, at, body),
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
