import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { type ClerkLocal, startClerkLocal } from '../../src/index.js';
import { aClerkLocal } from '../support/clerk-local.js';

interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Sends raw header lines, because `fetch` does not allow a custom `Host`. */
async function sendRaw(
  clerk: ClerkLocal,
  requestLine: string,
  fields: string[],
): Promise<RawAnswer> {
  const socket = connect(clerk.port, '127.0.0.1');
  socket.write(
    [requestLine, 'Connection: close', 'Content-Length: 0', ...fields, '', ''].join('\r\n'),
  );
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n', 2);
  return { status: Number(head.split(' ')[1]), head, body };
}

function requestWithHost(
  clerk: ClerkLocal,
  host: string,
  route = 'POST /v1/dev_browser',
): Promise<RawAnswer> {
  return sendRaw(clerk, `${route} HTTP/1.1`, [`Host: ${host}`]);
}

describe('serves a request', () => {
  test.each([
    'localhost',
    'localhost:PORT',
    'LocalHost:PORT',
    'localhost.:PORT',
    'clerk.localhost:PORT',
    '127.0.0.1:PORT',
    '127.1.2.3',
    '[::1]:PORT',
    '[::1]',
  ])('with Host: %s', async (host) => {
    const clerk = await aClerkLocal();
    expect((await requestWithHost(clerk, host.replace('PORT', `${clerk.port}`))).status).toBe(200);
  });

  test('with an absolute request target on this machine', async () => {
    const clerk = await aClerkLocal();
    const line = `POST http://localhost:${clerk.port}/v1/dev_browser HTTP/1.1`;
    expect((await sendRaw(clerk, line, ['Host: localhost'])).status).toBe(200);
  });

  test('with an allowed host name, ignoring case and port', async () => {
    const clerk = await aClerkLocal({ allowHosts: ['Clerk-Local', 'clerk.test.', '2001:db8::1'] });
    for (const host of ['clerk-local:4010', 'CLERK.test', 'clerk.test.:80', '[2001:DB8::1]:4010']) {
      expect((await requestWithHost(clerk, host)).status).toBe(200);
    }
    expect((await requestWithHost(clerk, 'sub.clerk.test')).status).toBe(421);
  });
});

describe('refuses a request with 421', () => {
  test.each([
    'evil.example',
    'evil.example:PORT',
    'EVIL.example.:PORT',
    'localhost.evil.example',
    'evil-localhost',
    '127.0.0.1.nip.io',
    '127.0.0.1.nip.io:PORT',
    '0.0.0.0:PORT',
    '[::]:PORT',
    '192.168.1.10:PORT',
    '[2001:db8::1]:PORT',
    '',
    'localhost@evil.example',
    'evil.example@localhost',
    'localhost/evil.example',
    'localhost, evil.example',
    'localhost evil.example',
    'localhost:PORT:1',
    'localhost..',
    '[::1',
  ])('with Host: %s', async (host) => {
    const clerk = await aClerkLocal();
    const { status, head, body } = await requestWithHost(
      clerk,
      host.replace('PORT', `${clerk.port}`),
    );
    expect(status).toBe(421);
    expect(JSON.parse(body)).toMatchObject({
      errors: [{ code: 'host_not_allowed' }],
      clerk_trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
    });
    expect(body).toContain('--allow-host');
    expect(head).not.toMatch(/access-control-allow-origin/i);
  });

  test.each([
    'GET /',
    'GET /nothing',
    'OPTIONS /v1/client',
    'GET /v1/environment',
    'GET /v1/client',
    'POST /v1/client?_method=PATCH',
    'GET /v1/client/handshake?format=nonce&redirect_url=http%3A%2F%2Flocalhost%2F',
    'GET /v1/users',
    'GET /v1/jwks',
    'GET /npm/@clerk/clerk-js@6/dist/clerk.browser.js',
    'GET /img/user_1.svg',
  ])('for a foreign host on %s', async (route) => {
    const lines: string[] = [];
    const clerk = await aClerkLocal({ log: (line) => lines.push(line) });
    expect((await requestWithHost(clerk, 'evil.example', route)).status).toBe(421);
    expect(lines.join('\n')).toContain('"evil.example"');
  });

  test('if either the absolute request target or Host is foreign', async () => {
    const clerk = await aClerkLocal();
    const foreign = 'POST http://evil.example/v1/dev_browser HTTP/1.1';
    expect((await sendRaw(clerk, foreign, ['Host: localhost'])).status).toBe(421);
    const own = 'POST http://localhost/v1/dev_browser HTTP/1.1';
    expect((await sendRaw(clerk, own, ['Host: evil.example'])).status).toBe(421);
    const userinfo = 'POST http://localhost@evil.example/v1/dev_browser HTTP/1.1';
    expect((await sendRaw(clerk, userinfo, ['Host: localhost'])).status).toBe(421);
  });

  test('if the instance listens on every interface', async () => {
    const clerk = await aClerkLocal({ host: '0.0.0.0' });
    expect((await requestWithHost(clerk, '0.0.0.0')).status).toBe(421);
    expect((await requestWithHost(clerk, 'evil.example')).status).toBe(421);
  });
});

describe('refuses a request without exactly one Host header', () => {
  test.each([
    ['HTTP/1.1', []],
    ['HTTP/1.0', []],
    ['HTTP/1.1', ['Host: localhost', 'Host: evil.example']],
    ['HTTP/1.1', ['Host: evil.example', 'host: localhost']],
    ['HTTP/1.1', ['Host: localhost', 'Host: localhost']],
  ])('with 400: %s %j', async (version, fields) => {
    const clerk = await aClerkLocal();
    const { status } = await sendRaw(clerk, `POST /v1/dev_browser ${version}`, fields);
    expect(status).toBe(400);
  });
});

test.each(['*', '*.example.com', 'clerk.test:4010', '[::1]:4010', 'http://clerk.test', ''])(
  'allowHosts rejects %j, which is not a host name',
  async (name) => {
    await expect(startClerkLocal({ allowHosts: [name] })).rejects.toMatchObject({
      code: 'invalid_option',
    });
  },
);
