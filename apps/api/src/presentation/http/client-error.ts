import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestLog } from '../../core/request-log.js';
import { lingeringClose } from './connections.js';
import { requestId } from './request-headers.js';
import { toProblem } from './problem.filter.js';

/** Node's error codes whose status is not 400. */
const statusLines: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/**
 * Answers requests that Node's HTTP parser refuses, and closes the connection. They never reach Fastify.
 *
 * @returns a handler for the server's `clientError`
 */
export function clientErrorHandler(
  log: RequestLog,
): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const statusLine = statusLines[error.code ?? ''] ?? '400 Bad Request';
    const status = Number.parseInt(statusLine, 10);
    const id = randomUUID();
    const { body } = toProblem({ statusCode: status }, id);
    const payload = JSON.stringify(body);
    socket.write(
      [
        `HTTP/1.1 ${statusLine}`,
        'Content-Type: application/problem+json',
        `Content-Length: ${Buffer.byteLength(payload)}`,
        'Cache-Control: no-store',
        `X-Request-Id: ${id}`,
        'Connection: close',
        '',
        payload,
      ].join('\r\n'),
    );
    lingeringClose(socket);
    refused(log, id, status, body.code, null);
  };
}

/**
 * Answers an `Expect` other than `100-continue` (RFC 9110, 10.1.1), which Node refuses without a body.
 *
 * @returns a handler for the server's `checkExpectation`
 */
export function expectationHandler(
  log: RequestLog,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const id = requestId(request.headers);
    const { body } = toProblem({ statusCode: 417 }, id);
    const payload = JSON.stringify(body);
    response.writeHead(417, {
      'content-type': 'application/problem+json',
      'content-length': Buffer.byteLength(payload),
      'cache-control': 'no-store',
      'x-request-id': id,
      connection: 'close',
    });
    response.end(payload);
    refused(log, id, 417, body.code, request.method ?? null);
  };
}

function refused(
  log: RequestLog,
  id: string,
  status: number,
  outcome: string,
  method: string | null,
): void {
  log.answered({
    requestId: id,
    method,
    route: null,
    status,
    outcome,
    durationMs: null,
    refusal: null,
  });
}
