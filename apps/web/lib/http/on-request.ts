import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

const message = z.object({
  request: z.custom<IncomingMessage>((value) => value instanceof Object),
  response: z.custom<ServerResponse>((value) => value instanceof Object),
});

/** Calls back for each request when Node receives it, before Next handles it. */
export function onRequest(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): void {
  subscribe('http.server.request.start', (received) => {
    const { request, response } = message.parse(received);
    handle(request, response);
  });
}
