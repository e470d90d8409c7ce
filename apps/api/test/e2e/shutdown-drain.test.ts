import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { until } from '@populatte/process-kit';
import { withClerkStub } from '../support/api-fixture.js';
import { ApiProcess } from '../support/api-process.js';
import { isRefused } from '../support/is-refused.js';
import { RawConnection } from '../support/raw-connection.js';

const fixture = withClerkStub();

const start = (drainMs: number): Promise<ApiProcess> =>
  fixture().start({ SHUTDOWN_DRAIN_MS: String(drainMs) });

const live = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n';
const ready = live.replace('live', 'ready');
const cleanExit = { code: 0, signal: null };

/** @returns connections on which a request was answered */
async function keptConnections(api: ApiProcess): Promise<readonly RawConnection[]> {
  const kept = await Promise.all(Array.from({ length: 30 }, () => RawConnection.open(api.url)));
  for (const connection of kept) expect(await connection.exchange(live)).toContain(' 200 OK');
  return kept;
}

/** Waits until the server has ended them all; none is reset. */
async function expectAllClosed(connections: readonly RawConnection[]): Promise<void> {
  await until('all connections are closed', () => connections.every(({ closed }) => closed));
  expect(connections.map(({ error }) => error)).toEqual(connections.map(() => undefined));
}

test('30 requests on kept-alive connections during the drain are answered, as the last ones', async () => {
  const api = await start(5_000);
  const kept = await keptConnections(api);
  api.signal('SIGTERM');
  await until('the drain begins', () => api.written.includes('Shutting down'));
  const answers = await Promise.all(kept.map((connection) => connection.exchange(live)));
  for (const answer of answers) {
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(answer).toMatch(/^connection: close\r$/im);
  }
  await expectAllClosed(kept);
  expect(await api.ended()).toEqual(cleanExit);
});

describe.each([2_000, 0])('with SHUTDOWN_DRAIN_MS=%i', (drainMs) => {
  test('30 requests on kept-alive connections that arrive with SIGTERM are answered', async () => {
    const api = await start(drainMs);
    const kept = await keptConnections(api);
    // A process that is busy sees what has arrived before it sees the signal.
    api.signal('SIGSTOP');
    api.signal('SIGTERM');
    const exchanges = kept.map((connection) => connection.exchange(live));
    api.signal('SIGCONT');
    for (const answer of await Promise.all(exchanges)) expect(answer).toMatch(/^HTTP\/1\.1 200 OK/);
    await expectAllClosed(kept);
    expect(await api.ended()).toEqual(cleanExit);
  });

  test('a request that arrives in pieces during the shutdown is answered', async () => {
    const api = await start(drainMs);
    const connection = await RawConnection.open(api.url);
    connection.write(live.slice(0, 20));
    await delay(200);
    api.signal('SIGTERM');
    await until('the listener is closed', () => isRefused(api.url));
    expect(await connection.exchange(live.slice(20))).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(await api.ended()).toEqual(cleanExit);
  });
});

test('clients with kept-alive connections see no reset during a shutdown under load', async () => {
  const api = await start(1_000);
  const failures: unknown[] = [];
  let answered = 0;
  let isOver = false;
  const client = async (): Promise<void> => {
    const connection = await RawConnection.open(api.url);
    while (!isOver) {
      try {
        const answer = await connection.exchange(live);
        if (!answer.startsWith('HTTP/1.1 200 OK')) throw new Error(`not answered: ${answer}`);
        answered += 1;
        // Like a load balancer, which opens new connections elsewhere once the drain has begun.
        if (/^connection: close/im.test(answer)) return;
      } catch (error) {
        failures.push(error);
        return;
      }
    }
    connection.destroy();
  };
  const clients = Promise.all(Array.from({ length: 20 }, client));
  await until('the API is under load', () => answered > 200);
  api.signal('SIGTERM');
  await api.ended();
  isOver = true;
  await clients;
  expect(failures).toEqual([]);
});

test('during the drain, readiness answers 503 on new connections and other routes are served', async () => {
  const api = await start(10_000);
  expect(await (await RawConnection.open(api.url)).exchange(ready)).toContain(' 200 OK');
  api.signal('SIGTERM');
  await until('the API is not ready', async () => {
    const answer = await (await RawConnection.open(api.url)).exchange(ready);
    if (!answer.startsWith('HTTP/1.1 503')) return false;
    expect(answer).toContain('shutting down');
    expect(answer).toMatch(/^connection: close\r$/im);
    return true;
  });
  for (let probe = 0; probe < 3; probe += 1) {
    const connection = await RawConnection.open(api.url);
    expect(await connection.exchange(ready)).toMatch(/^HTTP\/1\.1 503/);
    expect(await (await RawConnection.open(api.url)).exchange(live)).toContain(' 200 OK');
  }
  expect(await api.ended()).toEqual(cleanExit);
});

test('idle connections and unfinished requests do not delay the exit beyond its deadline', async () => {
  const api = await start(500);
  const silent = await RawConnection.open(api.url);
  const begun = await RawConnection.open(api.url);
  begun.write(live.slice(0, 20));
  api.signal('SIGTERM');
  const signalledAt = performance.now();
  expect(await api.ended()).toEqual(cleanExit);
  expect(performance.now() - signalledAt).toBeLessThan(500 + 8_000);
  silent.destroy();
  begun.destroy();
});

test('a second signal ends the process immediately', async () => {
  const api = await start(30_000);
  api.signal('SIGTERM');
  await until('the drain begins', () => api.written.includes('Shutting down'));
  api.signal('SIGTERM');
  expect(await api.ended()).toEqual({ code: 1, signal: null });
});
