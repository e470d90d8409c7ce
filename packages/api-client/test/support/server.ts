import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly bytes: Buffer;
  /** The bearer token, or an empty string. */
  readonly token: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
  readonly text?: string;
  /** Closes the connection before the response, or halfway through it. */
  readonly cut?: 'before' | 'midway';
}

export interface Server {
  readonly url: string;
  readonly received: Received[];
}

/** A real HTTP server for one test. */
export async function aServer(
  handle: (request: Received) => Reply | Promise<Reply>,
): Promise<Server> {
  const received: Received[] = [];
  const server = createServer((incoming, response) => {
    void buffer(incoming).then(async (bytes) => {
      const request = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body: bytes.toString(),
        bytes,
        token: (incoming.headers.authorization ?? '').replace('Bearer ', ''),
      };
      received.push(request);
      send(response, await handle(request));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}`, received };
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply.cut === 'before') {
    response.destroy();
    return;
  }
  const body = reply.json === undefined ? (reply.text ?? '') : JSON.stringify(reply.json);
  const length = reply.cut === 'midway' ? { 'content-length': String(body.length + 10) } : {};
  response.writeHead(reply.status ?? 200, { ...length, ...reply.headers });
  if (reply.cut === undefined) response.end(body);
  else response.write(body, () => response.destroy());
}

/** An address where no server listens. */
export async function aClosedUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${String(port)}`;
}
