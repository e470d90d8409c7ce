// Runs 20,000 calls of one client in a separate process and prints what they leave behind. node
// --expose-gc memory-child.mjs CLIENT SCENARIO
/* global AbortController, Response, setImmediate */
import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const { createApiClient } = (await import(process.argv[2])).default;

const calls = 20_000;
const inParallel = 100;
const user = JSON.stringify({
  ...{ id: '0198c0de-0000-4000-8000-000000000001', clerkId: 'user_1' },
  ...{ email: null, name: 'Ada', imageUrl: null },
  ...{ createdAt: '2026-01-02T03:04:05.678Z', updatedAt: '2026-01-02T03:04:05.678Z' },
});
const problem = (status, code) => new Response(JSON.stringify({ code }), { status });
/** Like a real one, it rejects when its signal aborts, and listens to it until then. */
const never = (_url, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
let turn = 0;
const scenarios = {
  ok: { fetch: async () => new Response(user) },
  fail: { fetch: async () => problem(500, 'internal_error') },
  offline: { fetch: () => Promise.reject(new TypeError('offline')) },
  invalid: { fetch: async () => new Response('<html>') },
  retry: { fetch: async () => (turn++ % 2 ? new Response(user) : problem(503, 'x')) },
  refresh: {
    fetch: async (_url, { headers }) =>
      headers.get('authorization') === 'Bearer new'
        ? new Response(user)
        : problem(401, 'token_expired'),
    getToken: async (options) => (options?.skipCache ? 'new' : 'old'),
  },
  timeout: { fetch: never, timeoutMs: 1 },
  abort: { fetch: never, abort: true },
  'hung token': { fetch: never, getToken: () => new Promise(() => {}), tokenTimeoutMs: 1 },
};

const { abort, ...options } = scenarios[process.argv[3]];
/** A single signal for all calls, like a server's shutdown signal. */
const { signal } = new AbortController();
Math.random = () => 0; // No back-off: time is not measured here.
const api = createApiClient({
  ...{ baseUrl: 'http://api.test', getToken: async () => 'token' },
  ...options,
});

async function call() {
  const own = abort ? new AbortController() : undefined;
  const result = api.users.me({ signal: own?.signal ?? signal });
  if (own) setImmediate(() => own.abort());
  // Also measures aborted and failed calls.
  await result.catch(() => undefined);
  return own && getEventListeners(own.signal, 'abort').length;
}

async function run(count) {
  let listeners = 0;
  for (let done = 0; done < count; done += inParallel) {
    const left = await Promise.all(Array.from({ length: inParallel }, call));
    listeners += left.reduce((sum, one) => sum + (one ?? 0), 0);
  }
  return listeners;
}

/** Garbage that finalizers hold needs more than one collection, and a turn of the loop. */
async function measure() {
  for (let round = 0; round < 6; round += 1) {
    globalThis.gc();
    await sleep(20);
  }
  const { heapUsed, external } = process.memoryUsage();
  return { heapUsed, external, handles: process.getActiveResourcesInfo().length };
}

await run(2_000); // Compiled code and caches are not a leak.
const before = await measure();
const listeners = (await run(calls)) + getEventListeners(signal, 'abort').length;
const after = await measure();
console.log(
  JSON.stringify({
    ...{ calls, listeners, heap: after.heapUsed - before.heapUsed },
    ...{ external: after.external - before.external, handles: after.handles - before.handles },
  }),
);
