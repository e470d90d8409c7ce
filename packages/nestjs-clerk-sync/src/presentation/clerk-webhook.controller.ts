import {
  Controller,
  HttpCode,
  Injectable,
  NotFoundException,
  Post,
  Req,
  Res,
  type Type,
} from '@nestjs/common';
import { ReceiveWebhookUseCase, type WebhookOutcome } from '../core/receive-webhook.use-case.js';
import { WebhookVerifier } from '../core/webhook-verifier.js';
import { answerWithin } from './answer-within.js';
import { Public } from './decorators.js';
import { type HeaderTarget, toException } from './exceptions.js';

/** The part of a request that a webhook needs, on Express (Node's own) or Fastify (as `raw`). */
interface WebhookRequest extends NodeHeaders {
  readonly raw?: NodeHeaders;
  /** The bytes, with Nest's `{ rawBody: true }`. */
  readonly rawBody?: unknown;
  /** Bytes if the application keeps bodies as they are. */
  readonly body?: unknown;
  outcome?: string | null;
}

interface NodeHeaders {
  readonly headersDistinct?: NodeJS.Dict<string[]>;
}

/** The answer to a webhook that was accepted. */
export interface WebhookAnswer {
  readonly success: true;
  readonly outcome: WebhookOutcome;
}

/** Receives Clerk's webhooks. Public for the guard: the signature over the raw bytes authenticates. */
@Injectable()
export class ClerkWebhookController {
  constructor(
    private readonly receive: ReceiveWebhookUseCase,
    private readonly webhooks: WebhookVerifier,
  ) {}

  /** Applies an event. Clerk redelivers after a 5xx. */
  @Public()
  @Post()
  @HttpCode(200)
  async clerk(
    @Req() request: WebhookRequest,
    @Res({ passthrough: true }) response: HeaderTarget,
  ): Promise<WebhookAnswer> {
    if (!this.webhooks.isEnabled) throw new NotFoundException();
    try {
      const delivery = { body: bytesOf(request), headers: singleHeaders(request) };
      const outcome = await answerWithin(this.receive.execute(delivery));
      request.outcome = outcome;
      return { success: true, outcome };
    } catch (error) {
      throw toException(error, response);
    }
  }
}

/** @returns the controller at a path of the application's choice */
export function webhookControllerAt(path: string): Type {
  @Controller(path)
  class WebhooksController extends ClerkWebhookController {}
  return WebhooksController;
}

function bytesOf({ rawBody, body }: WebhookRequest): Uint8Array {
  if (Buffer.isBuffer(rawBody)) return rawBody;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/**
 * A header that was sent more than once counts as absent: it cannot be known which one is meant.
 * From `headersDistinct`, since in `headers` Node has joined them to one.
 */
function singleHeaders({
  raw,
  headersDistinct,
}: WebhookRequest): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(raw?.headersDistinct ?? headersDistinct ?? {}).map(([name, values]) => [
      name,
      values?.length === 1 ? values[0] : undefined,
    ]),
  );
}
