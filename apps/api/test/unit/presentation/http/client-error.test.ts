import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '@populatte/process-kit';
import { type AnsweredRequest, RequestLog } from '../../../../src/core/request-log.js';
import { clientErrorHandler } from '../../../../src/presentation/http/client-error.js';
import { Connections } from '../../../../src/presentation/http/connections.js';
import { RawConnection } from '../../../support/raw-connection.js';

class Answered extends RequestLog {
  readonly requests: AnsweredRequest[] = [];

  override answered(request: AnsweredRequest): void {
    this.requests.push(request);
  }

  override failed(): void {
    throw new Error('A refused request is no failure.');
  }
}

let log: Answered;
let fastify: FastifyInstance;
/** How often the HTTP parser has reported an error. */
let errors: number;
let url: string;
let answerSlow: () => void;

beforeEach(async () => {
  log = new Answered();
  errors = 0;
  fastify = Fastify();
  const released = new Promise<string>((resolve) => {
    answerSlow = () => {
      resolve('late');
    };
  });
  fastify.get('/slow', () => released);
  const handle = clientErrorHandler(log, new Connections(fastify));
  fastify.server.removeAllListeners('clientError').on('clientError', (error, socket) => {
    errors += 1;
    // An HTTP server's connections are TCP sockets.
    handle(error, socket as Parameters<typeof handle>[1]);
  });
  url = await fastify.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  fastify.server.closeAllConnections();
  await fastify.close();
});

function statusesOf({ received }: RawConnection): readonly string[] {
  return received.match(/HTTP\/1\.1 \d+/g) ?? [];
}

test('a request that the parser refuses in many chunks is refused and logged once', async () => {
  const warnings: string[] = [];
  const warn = ({ name }: Error): void => {
    warnings.push(name);
  };
  process.on('warning', warn);
  const connection = await RawConnection.open(url);
  connection.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
  // More than the listeners that an emitter may have without a warning.
  for (let chunk = 1; chunk <= 12; chunk += 1) {
    connection.write('NONSENSE\r\n\r\n');
    await until('the parser reports an error', () => errors === chunk);
  }
  answerSlow();
  await until('the connection is closed', () => connection.closed);
  process.off('warning', warn);
  expect(statusesOf(connection)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
  expect(log.requests).toMatchObject([{ status: 400, outcome: 'validation_failed' }]);
  expect(warnings).toEqual([]);
});

test('chunks that arrive after the refusal are neither answered nor logged', async () => {
  const connection = await RawConnection.open(url);
  expect(await connection.exchange('NONSENSE\r\n\r\n')).toContain('HTTP/1.1 400 ');
  for (let chunk = 1; chunk <= 3; chunk += 1) connection.write('NONSENSE\r\n\r\n');
  await until('the connection is closed', () => connection.closed);
  expect(connection.error).toBeUndefined();
  expect(statusesOf(connection)).toEqual(['HTTP/1.1 400']);
  expect(log.requests).toHaveLength(1);
});

test('each connection is refused independently', async () => {
  const connections = await Promise.all([RawConnection.open(url), RawConnection.open(url)]);
  for (const connection of connections) {
    expect(await connection.exchange('NONSENSE\r\n\r\n')).toContain('HTTP/1.1 400 ');
    connection.destroy();
  }
  expect(log.requests).toHaveLength(2);
});
