import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestLog } from '../../core/request-log.js';
import type { Connections } from './connections.js';
import { lingeringClose } from './lingering-close.js';
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
  connections: Connections,
): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    connections.refuseOnce(socket, () => {
      if (error.code === 'ECONNRESET' || !socket.writable) {
        socket.destroy();
        return;
      }
      refuse(log, socket, statusLines[error.code ?? ''] ?? '400 Bad Request', null);
    });
  };
}

/**
 * Refuses `CONNECT`, for which Node would close the connection without an answer: this server is no
 * proxy (RFC 9110, 9.3.6).
 *
 * @returns a handler for the server's `connect`
 */
export function connectHandler(
  log: RequestLog,
  connections: Connections,
): (request: IncomingMessage, socket: Socket) => void {
  return ({ method = null }, socket) => {
    // Node has removed its own handlers, and an error without a listener would end the process.
    socket.on('error', () => {
      socket.destroy();
    });
    connections.refuseOnce(socket, () => {
      refuse(log, socket, '400 Bad Request', method);
    });
  };
}

/** Answers with a problem document, and closes the connection. */
function refuse(log: RequestLog, socket: Socket, statusLine: string, method: string | null): void {
  const status = Number.parseInt(statusLine, 10);
  const requestId = randomUUID();
  const { body } = toProblem({ statusCode: status }, requestId);
  const payload = JSON.stringify(body);
  socket.write(
    [
      `HTTP/1.1 ${statusLine}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(payload)}`,
      'Cache-Control: no-store',
      `X-Request-Id: ${requestId}`,
      'Connection: close',
      '',
      payload,
    ].join('\r\n'),
  );
  lingeringClose(socket);
  log.answered({
    requestId,
    method,
    route: null,
    status,
    outcome: body.code,
    durationMs: null,
    refusal: null,
  });
}
