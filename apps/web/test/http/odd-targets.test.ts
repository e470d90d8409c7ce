import { createServer } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { acceptOddTargets } from '@/lib/http/odd-targets';

/** @returns what a server receives from a request line */
async function receivedFrom(line: string): Promise<string> {
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
  return answer.slice(answer.indexOf('\r\n\r\n') + 4).replace(/^[\da-f]+\r\n|\r\n.*$/gs, '');
}

acceptOddTargets();

test.each([
  ['TRACE /dashboard', 'DELETE /own-origin app.example'],
  ['TRACE *', 'DELETE /own-origin app.example'],
  ['OPTIONS *', 'OPTIONS /own-origin app.example'],
  ['GET http://other.example:80/a//b?c=http://d', 'GET /a//b?c=http://d other.example:80'],
  ['GET HTTPS://other.example', 'GET / other.example'],
  ['GET http://other.example?a=b', 'GET /?a=b other.example'],
])('%s is handled as %s', async (line, handled) => {
  expect(await receivedFrom(line)).toBe(handled);
});

test.each(['GET /', 'POST /a?b=http://c', 'OPTIONS /a', 'DELETE //a'])(
  '%s stays as it is',
  async (line) => {
    expect(await receivedFrom(line)).toBe(`${line} app.example`);
  },
);
