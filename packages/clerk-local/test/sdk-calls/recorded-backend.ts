import { createClerkClient } from '@clerk/backend';
import { serve } from '@hono/node-server';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import type { ClerkLocal, ClerkLocalOptions } from '../../src/index.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';
import type { CallRecord } from './call-record.js';

export interface RecordedBackend {
  readonly clerk: ClerkLocal;
  /** Its calls pass a proxy that records them. */
  readonly sdk: ReturnType<typeof createClerkClient>;
}

/** Starts an instance, and `@clerk/backend` with a proxy before the Backend API. */
export async function aRecordedBackend(
  record: CallRecord,
  options: ClerkLocalOptions = {},
): Promise<RecordedBackend> {
  const receiver = await aWebhookReceiver();
  const clerk = await aClerkLocal({ webhookUrl: receiver.url, ...options });
  const url = await aProxy(clerk, async (request, forward) => {
    const { method } = request;
    const { pathname, searchParams } = new URL(request.url);
    const isCounted = searchParams.get('paginated') === 'true';
    await record.observe(method, { clerk, receiver }, async () => {
      const { status, text } = await forward();
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      return { method, path: pathname, status, body, isCounted };
    });
  });
  const sdk = createClerkClient({
    apiUrl: url,
    secretKey: clerk.secretKey,
    publishableKey: clerk.publishableKey,
    telemetry: { disabled: true },
  });
  return { clerk, sdk };
}

type Forward = () => Promise<{ readonly status: number; readonly text: string }>;
type Observe = (request: Request, forward: Forward) => Promise<void>;

async function aProxy(clerk: ClerkLocal, observe: Observe): Promise<string> {
  const server = serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      let answer = new Response(null, { status: 502 });
      await observe(request, async () => {
        const { response, text } = await forwarded(clerk, request);
        const { status } = response;
        const type = response.headers.get('content-type');
        answer = new Response(text === '' ? null : text, {
          status,
          headers: type === null ? {} : { 'content-type': type },
        });
        return { status, text };
      });
      return answer;
    },
  });
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Not a TCP server.');
  return `http://127.0.0.1:${address.port}`;
}

async function forwarded(
  clerk: ClerkLocal,
  request: Request,
): Promise<{ readonly response: Response; readonly text: string }> {
  const { pathname, search } = new URL(request.url);
  const headers = new Headers(request.headers);
  for (const name of ['host', 'connection', 'content-length']) headers.delete(name);
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  const body = hasBody ? await request.arrayBuffer() : undefined;
  const response = await fetch(`${clerk.url}${pathname}${search}`, {
    method: request.method,
    headers,
    ...(body !== undefined && body.byteLength > 0 && { body }),
  });
  return { response, text: await response.text() };
}
