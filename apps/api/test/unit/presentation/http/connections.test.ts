import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { until } from '@populatte/process-kit';
import { Connections } from '../../../../src/presentation/http/connections.js';
import { RawConnection } from '../../../support/raw-connection.js';

/**
 * Milliseconds after which the server disconnects a client that does not read, in tests of that
 * limit.
 */
const shortLimit = 400;
/** More than the buffers of two sockets hold. */
const chunks = 1_024;

let fastify: FastifyInstance;
let closedByServer: boolean;

/** @returns the URL of a server that disconnects clients which do not read for this long */
async function serve(afterMs: number): Promise<string> {
  closedByServer = false;
  fastify = Fastify();
  new Connections(fastify, { afterMs, checkEveryMs: 20 });
  fastify.get('/large', (_request, reply) => {
    reply.raw.once('close', () => (closedByServer = !reply.raw.writableFinished));
    return reply.send(Readable.from(Array.from({ length: chunks }, () => Buffer.alloc(65_536))));
  });
  fastify.get('/slow', async () => {
    await delay(shortLimit * 3);
    return 'late';
  });
  return fastify.listen({ host: '127.0.0.1', port: 0 });
}
afterEach(async () => {
  fastify.server.closeAllConnections();
  await fastify.close();
});

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

test('the server disconnects a client that does not read its answer', async () => {
  const connection = await RawConnection.open(await serve(shortLimit));
  connection.pause();
  connection.write(get('/large'));
  await until('the server closes the connection', () => closedByServer);
  connection.resume();
  await until('the client sees the end', () => connection.closed);
  expect(connection.received.length).toBeLessThan(chunks * 65_536);
});

test('the server does not disconnect a client that waits for an answer or is idle between requests', async () => {
  const connection = await RawConnection.open(await serve(shortLimit));
  expect(await connection.exchange(get('/slow'))).toContain('late');
  await delay(shortLimit * 2);
  expect(await connection.exchange(get('/slow'))).toContain('late');
  connection.destroy();
});

test('the server does not disconnect a client that reads a large answer', async () => {
  const connection = await RawConnection.open(await serve(60_000));
  connection.write(get('/large'));
  await until('the answer is complete', () => connection.received.endsWith('\r\n0\r\n\r\n'));
  expect(connection.error).toBeUndefined();
  expect(closedByServer).toBe(false);
  connection.destroy();
});

/** Connects, each client sending one request, and reports how many were answered. */
const clients = `
  const { connect } = require('node:net');
  const { parentPort, workerData: { port, count, connected } } = require('node:worker_threads');
  const flag = new Int32Array(connected);
  let open = 0, answered = 0, ended = 0;
  for (let index = 0; index < count; index += 1) {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('GET / HTTP/1.1\\r\\nhost: localhost\\r\\n\\r\\n');
      open += 1;
      if (open === count) { Atomics.store(flag, 0, 1); Atomics.notify(flag, 0); }
    });
    socket.on('data', (chunk) => { text += chunk; });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (text.startsWith('HTTP/1.1 200')) answered += 1;
      ended += 1;
      if (ended === count) parentPort.postMessage(answered);
    });
  }
`;

test('connections that wait to be accepted when the listener closes are answered', async () => {
  fastify = Fastify();
  const connections = new Connections(fastify);
  fastify.get('/', () => 'hello');
  await fastify.listen({ port: 0, host: '127.0.0.1' });
  const [address] = fastify.addresses();
  const connected = new SharedArrayBuffer(4);
  const count = 25;
  const worker = new Worker(clients, {
    eval: true,
    workerData: { port: address?.port, count, connected },
  });
  const answered = once(worker, 'message');
  await once(worker, 'online');
  // While this thread is blocked, the connections wait in the kernel's queue.
  Atomics.wait(new Int32Array(connected), 0, 0, 10_000);

  const reset = await connections.close({ idleMs: 200, busyMs: 5_000 });

  expect(reset).toBe(0);
  expect(await answered).toEqual([count]);
});
