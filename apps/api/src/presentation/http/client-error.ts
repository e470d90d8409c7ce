import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { toProblem } from './to-problem.js';

/** What Node's HTTP parser refuses never becomes a request; it is answered on the socket. */
const statusLines: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Answers a malformed HTTP message with problem details and closes the connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const statusLine = statusLines[error.code ?? ''] ?? '400 Bad Request';
  const requestId = randomUUID();
  const { body } = toProblem({ statusCode: Number.parseInt(statusLine, 10) }, requestId);
  const payload = JSON.stringify(body);
  socket.end(
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
}
