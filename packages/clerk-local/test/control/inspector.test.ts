import type { RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { Inspector } from '../../src/control/inspector.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { anHttpServer } from '../support/http-server.js';

type Answer = RequestListener;

/** Starts an application that answers the inspector. It stops after the test. */
async function anApplication(answer: Answer): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const url = await anHttpServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    answer(request, response);
  });
  return { url, asked };
}

const json = (value: unknown): Answer => {
  return (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(value));
  };
};

test('asks for each user once and returns the rows', async () => {
  const { url, asked } = await anApplication(json({ id: 7 }));
  const rows = await new Inspector({ url: `${url}/row?key=a` }).rows(['user_1', 'user_1']);
  expect(rows).toEqual({ user_1: { state: 'found', row: { id: 7 } } });
  expect(asked).toEqual(['GET /row?key=a&user_id=user_1']);
});

test('replaces {user_id} in the URL, encoded', async () => {
  const { url, asked } = await anApplication(json(null));
  const inspector = new Inspector({ url: `${url}/users/{user_id}` });
  expect(await inspector.rows(['a/../b'])).toEqual({ 'a/../b': { state: 'missing' } });
  expect(asked).toEqual(['GET /users/a%2F..%2Fb']);
});

test.each<[string, Answer]>([
  ['responded with 503', (_request, response) => response.writeHead(503).end()],
  ['JSON object', (_request, response) => response.end('<html>')],
  ['JSON object', json([1])],
  ['larger than 64 KiB', json({ text: 'x'.repeat(70_000) })],
  ['not reachable', (request) => request.socket.destroy()],
  ['not reachable', (_request, response) => response.writeHead(302, { location: '/' }).end()],
])('reports that the URL %s', async (reason, answer) => {
  const { url } = await anApplication(answer);
  const rows = await new Inspector({ url }).rows(['user_1']);
  expect(rows['user_1']).toEqual({
    state: 'unavailable',
    reason: expect.stringContaining(reason) as string,
  });
});

test('returns at the timeout although the application hangs, for all users together', async () => {
  const { url } = await anApplication(() => undefined);
  const ids = Array.from({ length: 40 }, (_, index) => `user_${index}`);
  const startedAt = performance.now();
  const rows = await new Inspector({ url, timeoutMs: 300 }).rows(ids);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(Object.keys(rows)).toHaveLength(40);
  expect(rows['user_39']).toMatchObject({ state: 'unavailable' });
});

test('/_local/inspect returns no rows without an inspect URL, and needs the secret key', async () => {
  const clerk = await aClerkLocal();
  const path = '/_local/inspect?user_id=user_1';
  const response = await callBackendApi(clerk, { method: 'GET', path });
  expect(await response.json()).toEqual({ rows: {} });
  expect((await fetch(`${clerk.url}${path}`)).status).toBe(401);
});

test('refuses an inspect URL that is not http', async () => {
  await expect(aClerkLocal({ inspect: 'file:///etc/passwd' })).rejects.toMatchObject({
    code: 'invalid_option',
  });
});
