import {
  Controller,
  type ControllerOptions,
  HttpCode,
  Injectable,
  NotFoundException,
  Post,
  Req,
  Res,
  type Type,
} from '@nestjs/common';
import { z } from 'zod';
import { WebhookInvalidError, type WebhookRefusalReason } from '../core/errors.js';
import { ReceiveWebhookUseCase, type WebhookOutcome } from '../core/receive-webhook.use-case.js';
import { type WebhookDelivery, WebhookVerifier } from '../core/webhook-verifier.js';
import { answerWithin } from './answer-within.js';
import { Public } from './decorators.js';
import { type HeaderTarget, toException } from './exceptions.js';

/** The part of a request that a webhook needs, on Express (Node's own) or Fastify (as `raw`). */
interface WebhookRequest extends NodeRequest {
  readonly raw?: NodeRequest;
  /** The raw bytes, with Nest's `{ rawBody: true }`. */
  readonly rawBody?: unknown;
  /** Bytes if the application keeps bodies as they are. */
  readonly body?: unknown;
  outcome?: string | null;
  webhook?: FailedWebhook | null;
}

interface NodeRequest {
  /** HTTP/2 requests have none, and those that adapters of serverless platforms make have empty ones. */
  readonly headersDistinct?: NodeJS.Dict<string[]>;
  readonly headers?: NodeJS.Dict<string | string[]>;
  /** Whether the body has been read. */
  readonly readableDidRead?: boolean;
}

/**
 * Identifies a failed delivery in the Clerk dashboard. Limited in length, without personal data. If
 * the delivery is not authentic, its sender chose id and type.
 */
export interface FailedWebhook {
  /** The `svix-id` header. */
  readonly svixId?: string;
  /** The event's type. */
  readonly eventType?: string;
  /** What was refused; absent if the webhook could not be applied. */
  readonly reason?: WebhookRefusalReason;
}

/** The answer to a webhook that was accepted. */
export interface WebhookAnswer {
  readonly success: true;
  readonly outcome: WebhookOutcome;
}

/**
 * Receives Clerk's webhooks. The guard treats it as public: the signature over the raw bytes
 * authenticates it.
 */
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
    const headers = singleHeaders(request);
    const delivery = { body: bytesOf(request, headers), headers };
    try {
      const outcome = await answerWithin(this.receive.execute(delivery));
      request.outcome = outcome;
      return { success: true, outcome };
    } catch (error) {
      request.webhook = describeFailed(delivery, error);
      throw toException(error, response);
    }
  }
}

/**
 * @param version undefined: the application's default version
 * @returns the controller at the application's path
 */
export function webhookControllerAt(path: string, version?: ControllerOptions['version']): Type {
  @Controller({ path, ...(version !== undefined && { version }) })
  class WebhooksController extends ClerkWebhookController {}
  return WebhooksController;
}

function describeFailed({ body, headers }: WebhookDelivery, error: unknown): FailedWebhook {
  // Only values in svix's format: the header of a forged delivery may contain anything, even
  // personal data.
  const svixId = headers['svix-id'] ?? '';
  const eventType = typeOf(body);
  return {
    ...(/^msg_[A-Za-z0-9]{1,64}$/.test(svixId) && { svixId }),
    ...(eventType !== undefined && { eventType }),
    ...(error instanceof WebhookInvalidError && { reason: error.reason }),
  };
}

/** An event whose type has Clerk's format; for the same reason, no other type is logged. */
const typed = z.object({ type: z.string().regex(/^(?:user|session)\.[a-z_]{1,32}$/) });

/** @returns the event's type; undefined if there is none to log */
function typeOf(body: Uint8Array): string | undefined {
  try {
    return typed.parse(JSON.parse(new TextDecoder().decode(body))).type;
  } catch {
    return undefined;
  }
}

/** @throws Error where the application does not keep the bytes: a bug in its setup, so it fails loudly */
function bytesOf(request: WebhookRequest, headers: WebhookDelivery['headers']): Uint8Array {
  const { rawBody, body } = request;
  if (Buffer.isBuffer(rawBody)) return rawBody;
  if (Buffer.isBuffer(body)) return body;
  const isJson = headers['content-type']?.startsWith('application/json') === true;
  const isParsed = Object.keys(Object(body) as object).length > 0;
  if (isJson && (isParsed || isUnread(request, headers))) {
    throw new Error(
      'The application has not kept the bytes of a webhook, which its signature covers: a body parser of its own runs first (such as express.json()), or none does (bodyParser: false). Create it with { rawBody: true } and without bodyParser: false, and remove that parser, or let it keep the bytes as request.rawBody.',
    );
  }
  return Buffer.alloc(0);
}

/** @returns whether there is a body that no parser has read */
function isUnread(request: WebhookRequest, headers: WebhookDelivery['headers']): boolean {
  const { readableDidRead } = request.raw ?? request;
  const length = headers['content-length'] ?? (headers['transfer-encoding'] && 'unknown');
  return readableDidRead === false && length !== undefined && length !== '0';
}

/**
 * A header that was sent more than once counts as absent: it is unclear which one is meant. Uses
 * `headersDistinct` if there is one, because Node joins repeated headers in `headers`.
 */
function singleHeaders(request: WebhookRequest): Record<string, string | undefined> {
  const { headersDistinct = {}, headers = {} } = request.raw ?? request;
  const sent = Object.keys(headersDistinct).length > 0 ? headersDistinct : headers;
  return Object.fromEntries(
    Object.entries(sent).map(([name, values]) => {
      const [value, ...others] = [values].flat();
      return [name, others.length === 0 ? value : undefined];
    }),
  );
}
