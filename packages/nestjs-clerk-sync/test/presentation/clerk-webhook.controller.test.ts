import { PATH_METADATA, VERSION_METADATA } from '@nestjs/common/constants.js';
import { NotFoundException, VERSION_NEUTRAL } from '@nestjs/common';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { SyncUnavailableError, WebhookInvalidError } from '../../src/core/errors.js';
import type {
  ReceiveWebhookUseCase,
  WebhookOutcome,
} from '../../src/core/receive-webhook.use-case.js';
import {
  type WebhookDelivery,
  type WebhookEvent,
  WebhookVerifier,
} from '../../src/core/webhook-verifier.js';
import {
  ClerkWebhookController,
  type FailedWebhook,
  type WebhookAnswer,
  webhookControllerAt,
} from '../../src/presentation/clerk-webhook.controller.js';
import { FastifyReply } from '../support/responses.js';

/** The parts of a request that the controller reads and writes. */
interface Request {
  rawBody?: unknown;
  body?: unknown;
  headersDistinct?: Record<string, string[]>;
  headers?: Record<string, string | string[]>;
  readableDidRead?: boolean;
  raw?: Pick<Request, 'headersDistinct' | 'headers' | 'readableDidRead'>;
  outcome?: string | null;
  webhook?: FailedWebhook | null;
}

/** A verifier with or without a secret. */
class Verifier extends WebhookVerifier {
  constructor(override readonly isEnabled: boolean) {
    super();
  }

  override verify(): Promise<WebhookEvent> {
    return Promise.reject(new Error('The use case verifies.'));
  }
}

const body = Buffer.from('{"type":"user.created"}');
const forged = new WebhookInvalidError('The signature does not fit.', 'signature');

/** Receives one request whose delivery leads to this result. */
async function receive(
  request: Request,
  {
    result = 'created',
    isEnabled = true,
  }: { result?: WebhookOutcome | Error; isEnabled?: boolean } = {},
): Promise<{
  answer: WebhookAnswer | null;
  error: unknown;
  deliveries: WebhookDelivery[];
  response: FastifyReply;
}> {
  const deliveries: WebhookDelivery[] = [];
  const useCase = {
    execute: (delivery: WebhookDelivery): Promise<WebhookOutcome> => {
      deliveries.push(delivery);
      return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
    },
  };
  const controller = new ClerkWebhookController(
    useCase as ReceiveWebhookUseCase,
    new Verifier(isEnabled),
  );
  const response = new FastifyReply();
  try {
    return { answer: await controller.clerk(request, response), error: null, deliveries, response };
  } catch (error) {
    return { answer: null, error, deliveries, response };
  }
}

/** @returns the data about a failed delivery in the request's log line */
async function failed(
  sent: string | Buffer,
  svixId: string[] = [],
  result: Error = new SyncUnavailableError('The database is away.', 3),
): Promise<unknown> {
  const request: Request = {
    rawBody: Buffer.from(sent),
    headersDistinct: { 'svix-id': svixId },
  };
  await receive(request, { result });
  return request.webhook;
}

describe('ClerkWebhookController', () => {
  test.each(['created', 'ignored', 'session_ended'] as const)(
    'acknowledges an applied event with its outcome %s, and logs it',
    async (outcome) => {
      const request: Request = { rawBody: body };
      const { answer } = await receive(request, { result: outcome });
      expect(answer).toEqual({ success: true, outcome });
      expect(request).toEqual({ rawBody: body, outcome });
    },
  );

  test('does not exist without a signing secret', async () => {
    const { error, deliveries } = await receive({ rawBody: body }, { isEnabled: false });
    expect(error).toBeInstanceOf(NotFoundException);
    expect(deliveries).toEqual([]);
  });

  test.each([
    ['a delivery that is not authentic', forged, { code: 'webhook_invalid', status: 400 }],
    [
      'an outage, which Clerk answers by delivering again',
      new SyncUnavailableError('The database is away.', 3),
      { code: 'sync_unavailable', status: 503 },
    ],
  ])('refuses %s', async (_what, result, problem) => {
    const request: Request = { rawBody: body };
    const { error, response } = await receive(request, { result });
    expect(error).toMatchObject({ error: result, response: problem });
    expect(response.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(request.outcome).toBeUndefined();
  });

  test('passes on a bug unchanged', async () => {
    const bug = new Error('a bug');
    expect((await receive({ rawBody: body }, { result: bug })).error).toBe(bug);
  });

  test('names the fix if another parser has replaced the signed bytes', async () => {
    const headersDistinct = { 'content-type': ['application/json; charset=utf-8'] };
    const { error, deliveries } = await receive({
      body: { type: 'user.created' },
      headersDistinct,
    });
    expect(error).toMatchObject({
      message: expect.stringContaining('{ rawBody: true }') as string,
    });
    expect(deliveries).toEqual([]);
  });

  test.each([{ 'content-length': ['23'] }, { 'transfer-encoding': ['chunked'] }])(
    'names the fix if no parser has read the signed bytes: %j',
    async (framing) => {
      const headersDistinct = { 'content-type': ['application/json'], ...framing };
      const { error, deliveries } = await receive({ headersDistinct, readableDidRead: false });
      expect(error).toMatchObject({
        message: expect.stringContaining('without bodyParser: false') as string,
      });
      expect(deliveries).toEqual([]);
    },
  );

  test.each([
    ['no length', { 'content-type': ['application/json'] }],
    ['a length of 0', { 'content-type': ['application/json'], 'content-length': ['0'] }],
    ['a type that nothing parses', { 'content-type': ['text/plain'], 'content-length': ['23'] }],
  ])('verifies an unread body with %s as an empty one', async (_what, headersDistinct) => {
    const { deliveries } = await receive({ raw: { headersDistinct, readableDidRead: false } });
    expect(deliveries[0]?.body).toHaveLength(0);
  });

  test.each([
    ['no body', undefined],
    ['an empty body of Express 4', {}],
  ])('verifies %s as an empty body', async (_what, parsed) => {
    const headersDistinct = { 'content-type': ['application/json'] };
    const { deliveries } = await receive({ body: parsed, headersDistinct });
    expect(deliveries[0]?.body).toHaveLength(0);
  });

  describe('with an event that takes too long', () => {
    afterEach(() => {
      vi.useRealTimers();
    });

    test('responds within 5 s, so that Clerk redelivers', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const useCase = { execute: () => new Promise<never>(() => undefined) };
      const controller = new ClerkWebhookController(
        useCase as unknown as ReceiveWebhookUseCase,
        new Verifier(true),
      );
      const answer = controller
        .clerk({ rawBody: body }, new FastifyReply())
        .catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(5_000);
      expect(await answer).toMatchObject({ code: 'sync_unavailable' });
    });
  });
});

describe('the delivery that is verified', () => {
  test.each([
    ['the raw bytes that Nest keeps', { rawBody: body, body: { type: 'parsed' } }, body],
    ['a body that the application keeps as bytes', { body }, body],
    ['no bytes of a parsed body', { body: { type: 'parsed' } }, Buffer.alloc(0)],
    ['no bytes of a request without a body', {}, Buffer.alloc(0)],
  ])('has %s', async (_what, request, bytes) => {
    const { deliveries } = await receive(request);
    expect(deliveries.map((delivery) => delivery.body)).toEqual([bytes]);
  });

  const headers = { 'svix-id': ['msg_1'], 'svix-timestamp': ['1'] };

  test.each([
    ['Express', { headersDistinct: headers }],
    ['Fastify', { raw: { headersDistinct: headers } }],
  ])('has the headers of a request on %s', async (_platform, request) => {
    const { deliveries } = await receive({ rawBody: body, ...request });
    expect(deliveries[0]?.headers).toEqual({ 'svix-id': 'msg_1', 'svix-timestamp': '1' });
  });

  test('lacks a header that was sent twice, because it is ambiguous', async () => {
    const { deliveries } = await receive({
      rawBody: body,
      headersDistinct: { 'svix-id': ['msg_1', 'msg_2'], 'svix-timestamp': ['1'] },
    });
    expect(deliveries[0]?.headers['svix-id']).toBeUndefined();
    expect(deliveries[0]?.headers['svix-timestamp']).toBe('1');
  });

  test('has no headers if the platform has none', async () => {
    const { deliveries } = await receive({ rawBody: body });
    expect(deliveries[0]?.headers).toEqual({});
  });
});

describe('the log’s data about a failed delivery', () => {
  test('is its id in the Clerk dashboard, and its type', async () => {
    expect(await failed(body, ['msg_2abcXYZ'])).toStrictEqual({
      svixId: 'msg_2abcXYZ',
      eventType: 'user.created',
    });
  });

  test('is also the part that was refused', async () => {
    expect(await failed(body, [], forged)).toStrictEqual({
      eventType: 'user.created',
      reason: 'signature',
    });
  });

  test.each([[`msg_${'a'.repeat(64)}`], ['msg_A']])('is the id %s', async (svixId) => {
    expect(await failed('', [svixId])).toStrictEqual({ svixId });
  });

  test.each([
    ['msg_'],
    [`msg_${'a'.repeat(65)}`],
    ['msg_ada@example.com'],
    ['ada msg_1'],
    ['Ada Lovelace'],
    ['undefined'],
  ])('has no id in another format, which the sender may have chosen: %s', async (svixId) => {
    expect(await failed('', [svixId])).toStrictEqual({});
  });

  test('has no id that was sent twice', async () => {
    expect(await failed('', ['msg_1', 'msg_1'])).toStrictEqual({});
  });

  test.each([['session.removed'], ['user.x'], [`user.${'a_'.repeat(16)}`]])(
    'is the type %s',
    async (type) => {
      expect(await failed(JSON.stringify({ type }))).toStrictEqual({ eventType: type });
    },
  );

  test.each([
    [{ type: 'user.' }],
    [{ type: `user.${'a'.repeat(33)}` }],
    [{ type: 'user.ADA@example.com' }],
    [{ type: 'ada.user.created' }],
    [{ type: 'organization.created' }],
    [{ type: ['user.created'] }],
    [{ type: 7 }],
    [{ kind: 'user.created' }],
    [[]],
    [null],
    ['user.created'],
    [7],
  ])('has no type in another format, which the sender may have chosen: %j', async (event) => {
    expect(await failed(JSON.stringify(event))).toStrictEqual({});
  });

  test.each([
    ['of text', 'user.created'],
    ['of no bytes', ''],
  ])('has no type for a body %s', async (_what, sent) => {
    expect(await failed(sent)).toStrictEqual({});
  });

  test('is absent for an applied delivery', async () => {
    const request: Request = { rawBody: body };
    await receive(request);
    expect(request.webhook).toBeUndefined();
  });
});

test.each<[string, Pick<Request, 'headersDistinct' | 'headers'>]>([
  ['HTTP/2', { headers: { 'svix-id': 'msg_1', via: ['a', 'b'] } }],
  [
    'a serverless adapter',
    { headersDistinct: {}, headers: { 'svix-id': 'msg_1', via: ['a', 'b'] } },
  ],
])('reads the headers of %s, whose requests have no distinct ones', async (_what, sent) => {
  for (const request of [sent, { raw: sent }]) {
    const { deliveries } = await receive({ rawBody: body, ...request });
    expect(deliveries[0]?.headers).toEqual({ 'svix-id': 'msg_1', via: undefined });
  }
});

test('webhookControllerAt gives the route its own version, or the default version', () => {
  const neutral = webhookControllerAt('hooks/clerk', VERSION_NEUTRAL);
  expect(Reflect.getMetadata(VERSION_METADATA, neutral)).toBe(VERSION_NEUTRAL);
  expect(Reflect.getMetadata(VERSION_METADATA, webhookControllerAt('hooks'))).toBeUndefined();
});

test('webhookControllerAt puts the route at the path of the application', () => {
  const controller = webhookControllerAt('hooks/clerk');
  expect(Reflect.getMetadata(PATH_METADATA, controller)).toBe('hooks/clerk');
  expect(controller.prototype).toBeInstanceOf(ClerkWebhookController);
});
