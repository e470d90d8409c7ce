import { createServer } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { acceptOddTargets } from '@/lib/http/odd-targets';

/** @returns what a server receives from a request line, and the response's `Allow` */
async function receivedFrom(line: string): Promise<{ handled: string; allow?: string }> {
  const server = createServer(({ method, url, headers }, response) => {
    response.end(`${method ?? ''} ${url ?? ''} ${headers.host ?? ''}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const socket = connect(port, '127.0.0.1');
  socket.write(`${line} HTTP/1.1\r\nHost: app.example\r\nConnection: close\r\n\r\n`);
  const answer = await text(socket);
  const [, allow] = /^allow: (.*)\r$/im.exec(answer) ?? [];
  const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
  return { handled: body.replace(/^[\da-f]+\r\n|\r\n.*$/gs, ''), ...(allow && { allow }) };
}

acceptOddTargets();

test.each([
  ['OPTIONS *', 'OPTIONS /own-origin app.example'],
  ['GET http://other.example:80/a//b?c=http://d', 'GET /a//b?c=http://d other.example:80'],
  ['GET HTTPS://other.example', 'GET / other.example'],
  ['GET http://other.example?a=b', 'GET /?a=b other.example'],
])('%s is handled as %s', async (line, handled) => {
  expect(await receivedFrom(line)).toEqual({ handled });
});

test.each(['TRACE /dashboard', 'TRACE *'])('%s becomes a 405 with Allow', async (line) => {
  const handled = 'DELETE /own-origin app.example';
  expect(await receivedFrom(line)).toEqual({ handled, allow: 'GET, HEAD' });
});

test.each(['GET /', 'POST /a?b=http://c', 'OPTIONS /a', 'DELETE //a'])(
  '%s stays as it is',
  async (line) => {
    expect(await receivedFrom(line)).toEqual({ handled: `${line} app.example` });
  },
);
