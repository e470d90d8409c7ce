import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { until } from '@populatte/process-kit';
import { withApi } from '../support/api-fixture.js';
import { RawConnection } from '../support/raw-connection.js';

/** Milliseconds: 30 s for the request, a check every second, 1 s to read the answer, and slack. */
const limit = 45_000;

const webhookHead =
  'POST /webhooks/clerk HTTP/1.1\r\nHost: x\r\ncontent-type: application/json\r\ncontent-length: 200000\r\n\r\n';
const unfinishedHead = 'GET /users/me HTTP/1.1\r\nHost: x\r\n';

const fixture = withApi();

/** Sends a few bytes every 3 s until the server closes. @returns the answer and the time until closed */
async function sendSlowly(
  start: string,
  bytes: string,
): Promise<{ answer: string; closedMs: number }> {
  const connection = await RawConnection.open(fixture().api.url);
  const startedAt = performance.now();
  connection.write(start);
  let lastAt = startedAt;
  await until(
    'the server closes the connection',
    () => {
      if (!connection.closed && performance.now() - lastAt >= 3_000) {
        lastAt = performance.now();
        connection.write(bytes);
      }
      return connection.closed;
    },
    110_000,
  );
  return { answer: connection.received, closedMs: performance.now() - startedAt };
}

function requestIds(answers: readonly string[]): string[] {
  return answers.flatMap((answer) => /^x-request-id: (\S+)\r$/im.exec(answer)?.[1] ?? []);
}

// Concurrent, since each test takes 30 s.
describe.concurrent('a client that sends too slowly gets 408 and is disconnected', () => {
  test('for 15 webhook bodies at once, while other clients are served', async ({ expect }) => {
    const { api } = fixture();
    const slow = Promise.all(Array.from({ length: 15 }, () => sendSlowly(webhookHead, '    ')));
    await delay(5_000);
    expect((await api.send('/health/ready')).status).toBe(200);
    const ended = await slow;
    for (const { answer, closedMs } of ended) {
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(closedMs).toBeLessThan(limit);
    }
    const ids = requestIds(ended.map(({ answer }) => answer));
    expect(new Set(ids).size).toBe(15);
    for (const id of ids) expect(await api.requestLog(id)).toMatchObject({ status: 408 });
  });

  test('for a request head', async ({ expect }) => {
    const { answer, closedMs } = await sendSlowly(unfinishedHead, 'a: b\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(closedMs).toBeLessThan(limit);
    const [id = ''] = requestIds([answer]);
    expect(await fixture().api.requestLog(id)).toMatchObject({ status: 408 });
  });

  test('for a request line', async ({ expect }) => {
    const { answer, closedMs } = await sendSlowly('GET /', 'aaaa');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(closedMs).toBeLessThan(limit);
  });

  test('for a chunked body', async ({ expect }) => {
    const head = webhookHead.replace('content-length: 200000', 'transfer-encoding: chunked');
    const { answer, closedMs } = await sendSlowly(head, '4\r\n    \r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(closedMs).toBeLessThan(limit);
  });
});

test('every route documents 408', async () => {
  const document = (await fixture().api.send('/openapi.json')).json() as {
    paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
  };
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  expect(operations.length).toBeGreaterThan(0);
  expect(operations.every(({ responses }) => '408' in responses)).toBe(true);
});
