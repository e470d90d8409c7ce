import { Webhook } from 'standardwebhooks';
import type { Clock } from '../clock.js';
import type { WebhookMessage } from './message.js';

/** An endpoint must answer within this time (svix). */
const TIMEOUT_MS = 15_000;

/** What came of one attempt. Only 2xx is success; a redirect is a failure, as with svix. */
export type AttemptResult =
  | { readonly ok: boolean; readonly httpStatus: number }
  | { readonly ok: false; readonly httpStatus: null; readonly reason: 'timeout' | 'network' };

export interface WebhookSenderOptions {
  readonly url: string;
  /** `whsec_…` */
  readonly signingSecret: string;
  readonly now: Clock;
}

/** Signs and posts one message: `svix-id`, `svix-timestamp` of this attempt, `svix-signature`. */
export class WebhookSender {
  readonly #webhook: Webhook;

  constructor(private readonly options: WebhookSenderOptions) {
    this.#webhook = new Webhook(options.signingSecret);
  }

  /** @param signal ends the attempt early, when the instance closes */
  async send(message: WebhookMessage, signal: AbortSignal): Promise<AttemptResult> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await fetch(this.options.url, {
        method: 'POST',
        headers: this.#headers(message),
        body: message.body,
        redirect: 'manual',
        signal: AbortSignal.any([timeout, signal]),
      });
      await response.body?.cancel();
      return { ok: response.ok, httpStatus: response.status };
    } catch {
      return { ok: false, httpStatus: null, reason: timeout.aborted ? 'timeout' : 'network' };
    }
  }

  #headers({ id, body }: WebhookMessage): Record<string, string> {
    const at = new Date(this.options.now());
    return {
      'content-type': 'application/json',
      'user-agent': 'Svix-Webhooks/1.0',
      'svix-id': id,
      'svix-timestamp': Math.floor(at.getTime() / 1000).toString(),
      'svix-signature': this.#webhook.sign(id, at, body),
    };
  }
}
