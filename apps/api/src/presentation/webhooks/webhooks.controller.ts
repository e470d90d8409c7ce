import { Controller, NotFoundException, Req } from '@nestjs/common';
import { receiveClerkWebhook, type WebhookReceipt } from '@populatte/contracts';
import type { FastifyRequest } from 'fastify';
import {
  answerWithin,
  ReceiveWebhookUseCase,
  WebhookVerifier,
} from '@populatte/nestjs-clerk-sync/internal';
import { Public } from '@populatte/nestjs-clerk-sync';
import { Route } from '../http/route.js';
import '../http/request-state.js';

/** Public for the guard: the signature over the raw bytes is what authenticates a webhook. */
@Public()
@Controller()
export class WebhooksController {
  constructor(
    private readonly receive: ReceiveWebhookUseCase,
    private readonly webhooks: WebhookVerifier,
  ) {}

  @Route(receiveClerkWebhook, {
    summary: 'Receive a Clerk webhook',
    description:
      'Applies an event from Clerk. The request is authenticated by its svix signature (`svix-id`, `svix-timestamp`, `svix-signature`) over the raw bytes of the body, so the content type does not matter. Clerk redelivers after a 5xx.',
  })
  async clerk(@Req() request: FastifyRequest): Promise<WebhookReceipt> {
    if (!this.webhooks.isEnabled) throw new NotFoundException();
    const outcome = await answerWithin(
      this.receive.execute({
        body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        headers: singleHeaders(request),
      }),
    );
    request.outcome = outcome;
    return { success: true, outcome };
  }
}

/**
 * A header that was sent more than once counts as absent: it cannot be known which one is meant.
 * From `headersDistinct`, since in `headers` Node has joined them to one.
 */
function singleHeaders({ raw }: FastifyRequest): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(raw.headersDistinct).map(([name, values]) => [
      name,
      values?.length === 1 ? values[0] : undefined,
    ]),
  );
}
