import { createClerkClient } from '@clerk/backend';
import { describe, expect, test } from 'vitest';
import type { ClerkLocal } from '../../src/index.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';

function control(clerk: ClerkLocal, method: string, json?: unknown): Promise<Response> {
  return callBackendApi(clerk, { method, path: '/_local/faults', json });
}

async function setFault(clerk: ClerkLocal, fault: object): Promise<void> {
  expect((await control(clerk, 'POST', fault)).status).toBe(201);
}

function getUser(clerk: ClerkLocal, id = 'user_1'): Promise<Response> {
  return callBackendApi(clerk, { method: 'GET', path: `/v1/users/${id}` });
}

const target = 'GET /v1/users/{user_id}';

describe('a fault', () => {
  test('responds with its status, body and headers', async () => {
    const clerk = await aClerkLocal();
    const headers = { 'Retry-After': '7' };
    await setFault(clerk, { target, status: 429, body: { errors: [] }, headers });

    const response = await getUser(clerk);

    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ errors: [] });
  });

  test('has a body in Clerk’s error format by default', async () => {
    const clerk = await aClerkLocal();
    await setFault(clerk, { target, status: 503 });
    const { users } = createClerkClient({ apiUrl: clerk.url, secretKey: clerk.secretKey });
    const error: unknown = await users.getUser('user_1').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ status: 503, errors: [{ code: 'fault_injected' }] });
  });

  test('applies to its route and method only', async () => {
    const clerk = await aClerkLocal();
    const { id } = await clerk.users.create({ email_address: ['ada@example.com'] });
    await setFault(clerk, { target, status: 500 });
    const list = await callBackendApi(clerk, { method: 'GET', path: '/v1/users' });
    const path = `/v1/users/${id}`;
    const patched = await callBackendApi(clerk, { method: 'PATCH', path, json: {} });
    expect([list.status, patched.status, (await getUser(clerk, id)).status]).toEqual([
      200, 200, 500,
    ]);
  });

  test('applies to one user if the target names the id', async () => {
    const clerk = await aClerkLocal();
    await setFault(clerk, { target: 'GET /v1/users/user_1', status: 500 });
    expect((await getUser(clerk, 'user_1')).status).toBe(500);
    expect((await getUser(clerk, 'user_2')).status).toBe(404);
  });

  test('applies as many times as it says', async () => {
    const clerk = await aClerkLocal();
    await setFault(clerk, { target, status: 500, times: 2 });
    const statuses = [];
    for (let index = 0; index < 3; index += 1) statuses.push((await getUser(clerk)).status);
    expect(statuses).toEqual([500, 500, 404]);
    expect(await (await control(clerk, 'GET')).json()).toEqual({ faults: [] });
  });

  test('delays the real response', async () => {
    const clerk = await aClerkLocal();
    await setFault(clerk, { target, delayMs: 200 });
    const startedAt = performance.now();
    expect((await getUser(clerk)).status).toBe(404);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(195);
  });

  test('closes the connection without a response', async () => {
    const clerk = await aClerkLocal();
    await setFault(clerk, { target, close: true });
    await expect(getUser(clerk)).rejects.toThrow();
  });

  test('never responds, and does not keep the instance from closing', async () => {
    const clerk = await aClerkLocal();
    await setFault(clerk, { target, hang: true });
    const signal = AbortSignal.timeout(200);
    const headers = { authorization: `Bearer ${clerk.secretKey}` };
    await expect(fetch(`${clerk.url}/v1/users/user_1`, { headers, signal })).rejects.toThrow(
      /timeout/,
    );
  });

  test('of the Frontend API can be read by the page', async () => {
    const clerk = await aClerkLocal();
    await setFault(clerk, { target: 'POST /v1/dev_browser', status: 500 });
    const origin = 'http://localhost:3000';
    const response = await fetch(`${clerk.url}/v1/dev_browser`, {
      method: 'POST',
      headers: { origin },
    });
    expect(response.status).toBe(500);
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
  });

  test('applies to a method that clerk-js sends as POST', async () => {
    const clerk = await aClerkLocal();
    await setFault(clerk, { target: 'PATCH /v1/environment', status: 500 });
    const url = `${clerk.url}/v1/environment?_method=PATCH`;
    expect((await fetch(url, { method: 'POST' })).status).toBe(500);
  });

  test('is listed, and ends when it is deleted', async () => {
    const clerk = await aClerkLocal();
    await setFault(clerk, { target, status: 500 });
    expect(await (await control(clerk, 'GET')).json()).toEqual({
      faults: [{ id: 'fault_1', target, status: 500, remaining: null }],
    });
    expect(await (await control(clerk, 'DELETE')).json()).toEqual({ deleted: 1 });
    expect((await getUser(clerk)).status).toBe(404);
  });

  test.each([
    [{ target: 'GET /v1/nothing', status: 500 }, 'target'],
    [{ target: 'FLY /v1/users', status: 500 }, 'target'],
    [{ status: 500 }, 'target'],
    [{ target, status: 42 }, 'status'],
    [{ target, delay: 5 }, 'delay'],
    [{ target, headers: { 'X-Note': 'two\nlines' } }, 'headers.X-Note'],
    [{ target, headers: { 'X-Note': 'an …' } }, 'headers.X-Note'],
    [{ target: 'webhooks', status: 500 }, 'status'],
    [{ target: 'webhooks user.renamed', drop: true }, 'target'],
    [{ target: 'webhooks user.updated user.deleted', drop: true }, 'target'],
    [[], 'body'],
  ])('is refused with the name of the invalid member: %j', async (fault, name) => {
    const response = await control(await aClerkLocal(), 'POST', fault);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ errors: [{ meta: { param_name: name } }] });
  });
});
