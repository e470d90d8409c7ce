import 'reflect-metadata';
import { createServer, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Controller, Get } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { until } from '@populatte/process-kit';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type AnsweredRequest, RequestLog } from '../../../../src/core/request-log.js';
import { RequestTracing } from '../../../../src/core/request-tracing.js';
import type { Connections } from '../../../../src/presentation/http/connections.js';
import { createHttpAdapter, prepareHttp } from '../../../../src/presentation/http/http-server.js';
import { type FindAddresses, listen } from '../../../../src/presentation/http/listen.js';
import { ProblemFilter } from '../../../../src/presentation/http/problem.filter.js';
import { RawConnection } from '../../../support/raw-connection.js';

class Answered extends RequestLog {
  readonly statuses: number[] = [];

  override answered({ status }: AnsweredRequest): void {
    this.statuses.push(status);
  }

  override failed(): void {
    throw new Error('No request fails.');
  }
}

@Controller()
class HelloController {
  @Get()
  hello(): string {
    return 'hello';
  }
}

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((found) => found?.address === '::1');

/** The addresses of `localhost` on most machines; on Linux, all of 127.0.0.0/8 is this machine. */
const [first, second] = ['127.0.0.1', hasIpv6 ? '::1' : '127.0.0.2'] as const;

/** Does not depend on the hosts file of the machine. */
const resolvesTo =
  (...addresses: readonly string[]): FindAddresses =>
  () =>
    Promise.resolve(addresses.map((address) => ({ address })));

let log: Answered;
let app: NestFastifyApplication;
let connections: Connections;

beforeEach(async () => {
  log = new Answered();
  const module = await Test.createTestingModule({
    controllers: [HelloController],
    providers: [
      { provide: RequestLog, useValue: log },
      { provide: RequestTracing, useValue: new RequestTracing(null) },
    ],
  }).compile();
  app = module.createNestApplication<NestFastifyApplication>(createHttpAdapter(), {
    logger: false,
    bodyParser: false,
  });
  app.useGlobalFilters(new ProblemFilter(log));
  connections = prepareHttp(app, []);
  await app.init();
});
afterEach(() => app.close());

function start(addresses: readonly string[], port = 0): Promise<boolean> {
  return listen(app, connections, { host: 'localhost', port }, resolvesTo(...addresses));
}

/** @returns the port on which the application listens */
function boundPort(): number {
  const bound: unknown = app.getHttpServer().address();
  if (typeof bound === 'object' && bound !== null && 'port' in bound) return Number(bound.port);
  throw new Error('The application does not listen.');
}

const urlOf = (address: string): string =>
  `http://${isIPv6(address) ? `[${address}]` : address}:${boundPort()}`;

const open = (address: string): Promise<RawConnection> => RawConnection.open(urlOf(address));

const get = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

describe.each([
  ['the first', first],
  ['the second', second],
])('%s of two addresses', (_name, address) => {
  beforeEach(() => start([first, second]));

  test('serves requests', async () => {
    const connection = await open(address);
    expect(await connection.exchange(get)).toMatch(/^HTTP\/1\.1 200 .*hello$/s);
    expect(await connection.exchange(get)).toMatch(/^HTTP\/1\.1 200 .*hello$/s);
    connection.destroy();
  });

  test.each([
    ['that is not HTTP', 400, 'NONSENSE\r\n\r\n'],
    ['with a malformed header', 400, 'GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n'],
    ['with long headers', 431, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['of a proxy', 400, 'CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n'],
    ['without a Host', 400, 'GET / HTTP/1.1\r\n\r\n'],
    ['with an unknown expectation', 417, 'GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n'],
    [
      'with a second Host after 1,500 headers',
      400,
      `GET / HTTP/1.1\r\nHost: x\r\n${'a:1\r\n'.repeat(1_500)}Host: y\r\n\r\n`,
    ],
  ])('answers a request %s with a problem, and logs it', async (_what, status, request) => {
    const connection = await open(address);
    const answer = await connection.exchange(request);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toMatch(/^content-type: application\/problem\+json\r$/im);
    expect(answer).toContain('"code":"validation_failed"');
    await until('the answer is logged', () => log.statuses.length > 0);
    expect(log.statuses).toEqual([status]);
    connection.destroy();
  });

  test('answers kept-alive connections during the shutdown, ends them, and accepts no others', async () => {
    const url = urlOf(address);
    const kept = await open(address);
    const idle = await open(address);
    for (const connection of [kept, idle])
      expect(await connection.exchange(get)).toContain(' 200 OK');
    const closed = connections.close({ idleMs: 60_000, busyMs: 60_000 });
    await until('no connection is accepted', () =>
      RawConnection.open(url).then(
        (accepted) => {
          accepted.destroy();
          return false;
        },
        () => true,
      ),
    );
    expect(await kept.exchange(get)).toMatch(/^connection: close\r$/im);
    await until('the connection is closed', () => kept.closed);
    idle.destroy();
    expect(await closed).toBe(0);
    expect(kept.error).toBeUndefined();
  });

  test('is closed with the application', async () => {
    const url = urlOf(address);
    await app.close();
    await expect(RawConnection.open(url)).rejects.toThrow('ECONNREFUSED');
  });

  test('ends idle connections at the end of a shutdown', async () => {
    const idle = await open(address);
    expect(await connections.close({ idleMs: 0, busyMs: 60_000 })).toBe(0);
    await until('the connection is closed', () => idle.closed);
    expect(idle.error).toBeUndefined();
  });
});

test('an address that the hosts file lists twice, or that the machine lacks, does not matter', async () => {
  // RFC 5737: an address for documentation.
  expect(await start([first, first, '192.0.2.1', second])).toBe(true);
  const connection = await open(second);
  expect(await connection.exchange(get)).toContain(' 200 OK');
  connection.destroy();
});

test('an address whose port is taken stops the start', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen({ host: second, port: 0 }, resolve));
  onTestFinished(() => void other.close());
  const bound = other.address();
  const port = typeof bound === 'object' ? bound?.port : undefined;
  await expect(start([first, second], port)).rejects.toMatchObject({ code: 'EADDRINUSE', port });
});

test('a host without an address stops the start', async () => {
  const notFound = Object.assign(new Error('getaddrinfo ENOTFOUND x'), { code: 'ENOTFOUND' });
  const host = { host: 'x', port: 0 };
  await expect(listen(app, connections, host, () => Promise.reject(notFound))).rejects.toBe(
    notFound,
  );
});

test('a process whose shutdown begins while it starts does not listen', async () => {
  const host = { host: 'localhost', port: 0 };
  const listening = listen(app, connections, host, () => {
    connections.drain();
    return resolvesTo(first, second)('localhost');
  });
  expect(await listening).toBe(false);
  expect(app.getHttpServer().listening).toBe(false);
});

test('an address itself is one address', async () => {
  expect(await listen(app, connections, { host: first, port: 0 })).toBe(true);
  const connection = await open(first);
  expect(await connection.exchange(get)).toContain(' 200 OK');
  connection.destroy();
});
