import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startTcpProxy, type TcpProxy } from '../src/tcp-proxy.js';

const opened: { close: () => void }[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

/** A server that greets with its name, then repeats what it gets. @returns its address */
async function aServer(name: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(name);
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push(server);
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function aProxy(target: string): Promise<TcpProxy> {
  const proxy = await startTcpProxy(target);
  opened.push({ close: () => void proxy.close() });
  return proxy;
}

function open(url: string): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.setEncoding('utf8').on('error', () => undefined);
  opened.push({ close: () => socket.destroy() });
  return socket;
}

async function next(socket: Socket): Promise<string> {
  const [text] = (await once(socket, 'data')) as [string];
  return text;
}

/** Resolves once a connection is closed or reset. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
}

test('passes both directions, and holds them while it is cut', async () => {
  const proxy = await aProxy(await aServer('one'));
  const socket = open(proxy.url);
  expect(await next(socket)).toBe('one');
  proxy.cut();
  socket.write('held');
  const answer = next(socket);
  expect(await Promise.race([answer, new Promise((end) => setTimeout(end, 100, 'nothing'))])).toBe(
    'nothing',
  );
  proxy.repair();
  expect(await answer).toBe('held');
});

test('breaks its connections when it is redirected, and routes new ones to the new target', async () => {
  const proxy = await aProxy(await aServer('one'));
  const socket = open(proxy.url);
  expect(await next(socket)).toBe('one');
  const closed = closing(socket);
  proxy.moveTo(await aServer('two'));
  await closed;
  expect(await next(open(proxy.url))).toBe('two');
});

test('breaks a forgotten connection when data is sent on it', async () => {
  const proxy = await aProxy(await aServer('one'));
  const socket = open(proxy.url);
  expect(await next(socket)).toBe('one');
  proxy.forget();
  const closed = closing(socket);
  socket.write('anything');
  await closed;
  expect(await next(open(proxy.url))).toBe('one');
});

test('rewrites client data, with separate state for each connection', async () => {
  const proxy = await startTcpProxy(await aServer('one'), () => {
    let count = 0;
    return (chunk) => Buffer.from(`${(count += 1)}:${chunk.toString().toUpperCase()}`);
  });
  opened.push({ close: () => void proxy.close() });
  for (const socket of [open(proxy.url), open(proxy.url)]) {
    expect(await next(socket)).toBe('one');
    socket.write('sent');
    expect(await next(socket)).toBe('1:SENT');
  }
});
