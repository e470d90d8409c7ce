import { createServer } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { protectEarlyRedirects } from '@/lib/http/early-redirects';

/** Like Next's router, a server that responds without setting headers. @returns its response */
async function answerTo(path: string): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(308).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  return text(socket);
}

protectEarlyRedirects(false);

test.each(['//evil.example/x', '/a//b', '/a\\b', '/\\evil.example', '/a//b?c=d'])(
  'the redirect of %s has a policy with a nonce and the other security headers',
  async (path) => {
    const answer = await answerTo(path);
    expect(answer).toMatch(/content-security-policy: .*default-src 'none'.*'nonce-[\w+/=]{20,}'/i);
    for (const name of ['strict-transport-security', 'x-frame-options', 'referrer-policy']) {
      expect(answer.toLowerCase(), name).toContain(`\r\n${name}: `);
    }
  },
);

test.each(['/', '/a/b', '/a?next=//evil.example', '/a?b=\\'])(
  'a response to %s, which reaches proxy.ts, is not touched',
  async (path) => {
    expect((await answerTo(path)).toLowerCase()).not.toContain('content-security-policy');
  },
);
