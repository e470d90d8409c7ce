import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { withApi } from '../support/api-fixture.js';
import { RawConnection } from '../support/raw-connection.js';
import { until } from '../support/until.js';

/** Milliseconds: 30 s for a request to arrive, a check each second, 1 s to read the refusal, and slack. */
const limit = 45_000;

const webhookHead =
  'POST /webhooks/clerk HTTP/1.1\r\nHost: x\r\ncontent-type: application/json\r\ncontent-length: 200000\r\n\r\n';
const unfinishedHead = 'GET /users/me HTTP/1.1\r\nHost: x\r\n';

const fixture = withApi();

/** Sends 4 bytes every 3 s until the server closes. @returns the answer, and when it was closed */
async function dribble(
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

// At the same time, since each takes the 30 s that a request may.
describe.concurrent('a client that dribbles is answered 408 and disconnected', () => {
  test('15 times with the body of a webhook; others are served meanwhile', async ({ expect }) => {
    const { api } = fixture();
    const dribbling = Promise.all(Array.from({ length: 15 }, () => dribble(webhookHead, '    ')));
    await delay(5_000);
    expect((await api.send('/health/ready')).status).toBe(200);
    const ended = await dribbling;
    for (const { answer, closedMs } of ended) {
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(closedMs).toBeLessThan(limit);
    }
    const ids = requestIds(ended.map(({ answer }) => answer));
    expect(new Set(ids).size).toBe(15);
    for (const id of ids) expect(await api.requestLog(id)).toMatchObject({ status: 408 });
  });

  test('with a head', async ({ expect }) => {
    const { answer, closedMs } = await dribble(unfinishedHead, 'a: b\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(closedMs).toBeLessThan(limit);
    const [id = ''] = requestIds([answer]);
    expect(await fixture().api.requestLog(id)).toMatchObject({ status: 408 });
  });

  test('with the first line', async ({ expect }) => {
    const { answer, closedMs } = await dribble('GET /', 'aaaa');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(closedMs).toBeLessThan(limit);
  });

  test('with a body in chunks', async ({ expect }) => {
    const head = webhookHead.replace('content-length: 200000', 'transfer-encoding: chunked');
    const { answer, closedMs } = await dribble(head, '4\r\n    \r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(closedMs).toBeLessThan(limit);
  });
});

test('a 408 is in the OpenAPI document of every route', async () => {
  const document = (await fixture().api.send('/openapi.json')).json() as {
    paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
  };
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  expect(operations.length).toBeGreaterThan(0);
  expect(operations.every(({ responses }) => '408' in responses)).toBe(true);
});
