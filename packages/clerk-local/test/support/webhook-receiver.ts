import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import { afterEach } from 'vitest';
import { z } from 'zod';

const eventSchema = z.looseObject({
  type: z.string(),
  data: z.looseObject({ id: z.string() }),
});

export interface ReceivedWebhook {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: z.infer<typeof eventSchema>;
}

export interface WebhookReceiver {
  readonly url: string;
  /** In the order of arrival. */
  readonly received: readonly ReceivedWebhook[];
  /** The response status. */
  status: number;
  /** The response headers. */
  headers: Readonly<Record<string, string>>;
  /** Whether the endpoint does not respond. */
  hang: boolean;
}

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Starts a webhook endpoint that records what it receives. It closes after the test. */
export async function aWebhookReceiver(status = 200): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const receiver: WebhookReceiver & { url: string } = {
    url: '',
    received,
    status,
    headers: {},
    hang: false,
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      received.push({
        headers: request.headers,
        body,
        event: eventSchema.parse(JSON.parse(body)),
      });
      if (!receiver.hang) response.writeHead(receiver.status, receiver.headers).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Not a TCP server.');
  receiver.url = `http://127.0.0.1:${address.port}/webhooks/clerk`;
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return receiver;
}
