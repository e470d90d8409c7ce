import { expect, test } from 'vitest';
import { until } from '@populatte/process-kit';
import { withApi } from '../support/api-fixture.js';
import { RawConnection } from '../support/raw-connection.js';

const fixture = withApi();

const bytes = 10_000_000;
const filler = 'A'.repeat(bytes);
const webhook = 'POST /webhooks/clerk HTTP/1.1\r\nHost: x\r\ncontent-type: application/json\r\n';

/**
 * A server that closes while the client still sends resets the connection, and the client loses the
 * answer that explains it (RFC 9112, 9.6).
 */
test.for<[what: string, status: number, request: string]>([
  ['a header', 431, `GET /users/me HTTP/1.1\r\nHost: x\r\nauthorization: Bearer ${filler}\r\n\r\n`],
  ['a path', 431, `GET /${filler} HTTP/1.1\r\nHost: x\r\n\r\n`],
  ['a body of known length', 413, `${webhook}content-length: ${bytes}\r\n\r\n${filler}`],
  [
    'a body in one chunk',
    413,
    `${webhook}transfer-encoding: chunked\r\n\r\n${bytes.toString(16)}\r\n${filler}\r\n0\r\n\r\n`,
  ],
  [
    'a chunk extension',
    413,
    `${webhook}transfer-encoding: chunked\r\n\r\n1;a=${filler}\r\na\r\n0\r\n\r\n`,
  ],
  ['the data after a malformed header', 400, `GET / HTTP/1.1\r\nHost : x\r\n${filler}`],
  [
    'the body after an unknown Expect',
    417,
    `${webhook}expect: a miracle\r\ncontent-length: ${bytes}\r\n\r\n${filler}`,
  ],
  [
    'the body for an unknown route',
    413,
    `POST /nowhere HTTP/1.1\r\nHost: x\r\ncontent-length: ${bytes}\r\n\r\n${filler}`,
  ],
])('a client that sends %s of 10 MB reads the answer %i', async ([, status, request]) => {
  const connection = await RawConnection.open(fixture().api.url);
  connection.write(request);
  await until('the server has closed', () => connection.closed);
  expect(connection.received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(connection.received).toMatch(/^connection: close\r$/im);
  expect(connection.received).toMatch(/\r\n\r\n\{.*\}$/s);
  expect(connection.error).toBeUndefined();
});

test('a client that never stops sending is disconnected', async () => {
  const connection = await RawConnection.open(fixture().api.url);
  connection.write('GET / HTTP/1.1\r\nHost : x\r\n');
  await until('the server has closed', () => {
    if (!connection.closed) connection.write('more');
    return connection.closed;
  });
  expect(connection.received).toMatch(/^HTTP\/1\.1 400 /);
});
