import { EdgeVM } from '@edge-runtime/vm';
import { createContext, runInContext } from 'node:vm';
import { expect, test } from 'vitest';
import { bundleClient } from './support/bundle.js';

/**
 * Makes a call with a signal, an aborted call and a call that times out; resolves to their results.
 */
const exercise = `(async () => {
  const user = { id: '0198c0de-0000-4000-8000-000000000001', clerkId: 'user_1', email: null,
    name: 'Ada', imageUrl: null, createdAt: '2026-01-02T03:04:05.678Z', updatedAt: '2026-01-02T03:04:05.678Z' };
  const getToken = async () => 'token';
  const respond = async () => ({ ok: true, status: 200, headers: new Headers(), text: async () => JSON.stringify(user) });
  const create = (fetch, more) => client.createApiClient({ baseUrl: 'https://api.test/v1', getToken, fetch, ...more });
  const { name } = await create(respond).users.me({ signal: new AbortController().signal });
  const leaving = new AbortController();
  const hung = create(() => new Promise(() => {})).users.me({ signal: leaving.signal }).catch((error) => error.name);
  leaving.abort();
  const late = create(() => new Promise(() => {}), { timeoutMs: 1 }).users.me().catch((error) => error.name);
  return [name, await hung, await late];
})()`;
const expected = ['Ada', 'AbortError', 'TimeoutError'];

test('works in an Edge runtime without AbortSignal.any and AbortSignal.timeout', async () => {
  const vm = new EdgeVM();
  vm.evaluate('delete AbortSignal.any; delete AbortSignal.timeout;');
  vm.evaluate(await bundleClient());
  expect([...(await vm.evaluate<Promise<string[]>>(exercise))]).toEqual(expected);
}, 60_000);

/**
 * React Native's globals: an AbortSignal without reason or throwIfAborted, a URL whose getters
 * throw.
 */
const reactNative = `
  class AbortSignal {
    aborted = false;
    listeners = new Set();
    addEventListener(_type, listener) { this.listeners.add(listener); }
    removeEventListener(_type, listener) { this.listeners.delete(listener); }
  }
  class AbortController {
    signal = new AbortSignal();
    abort() {
      if (this.signal.aborted) return;
      this.signal.aborted = true;
      for (const listener of [...this.signal.listeners]) listener();
    }
  }
  class Headers {
    map = new Map();
    constructor(init) { init?.map?.forEach((value, name) => this.map.set(name, value)); }
    get(name) { return this.map.get(name) ?? null; }
    has(name) { return this.map.has(name); }
    set(name, value) { this.map.set(name, value); }
  }
  class URL {
    constructor(text) { this.text = text; }
    toString() { return this.text; }
    get origin() { throw new Error('URL.origin is not implemented'); }
    get protocol() { throw new Error('URL.protocol is not implemented'); }
    get searchParams() { throw new Error('URL.searchParams is not implemented'); }
  }
  Object.assign(globalThis, { AbortSignal, AbortController, Headers, URL });
`;

test("works with React Native's globals", async () => {
  const context = createContext({ setTimeout, clearTimeout });
  runInContext(reactNative, context);
  runInContext(await bundleClient(), context);
  const result = (await runInContext(exercise, context)) as string[];
  expect([...result]).toEqual(expected);
}, 60_000);

/**
 * Cloudflare's Workers with a compatibility date before 2024-11-11, and React Native: neither knows a
 * request's cache mode. Workers throw; React Native's fetch adds a parameter to the URL instead.
 */
const withoutCacheMode = `
  class Request {}
  Object.assign(globalThis, { Request });
  globalThis.fetch = async (url, init) => {
    if ('cache' in init) throw new Error("The 'cache' field on 'RequestInitializerDict' is not implemented.");
    return new Response('{"name":"Ada"}');
  };
`;

test('does not send a cache mode where requests have none', async () => {
  const vm = new EdgeVM();
  const create = `client.createApiClient({ baseUrl: 'https://api.test', getToken: async () => 'token' })`;
  const endpoint = `{ method: 'GET', path: '/', response: { safeParseAsync: async (data) => ({ success: true, data }) } }`;
  vm.evaluate(withoutCacheMode);
  vm.evaluate(await bundleClient());
  expect(await vm.evaluate(`${create}.call(${endpoint}).then(({ name }) => name)`)).toBe('Ada');
}, 60_000);

test('forbids caching where requests have a cache mode, such as Next.js', async () => {
  const vm = new EdgeVM();
  const create = `client.createApiClient({ baseUrl: 'https://api.test', getToken: async () => 'token', fetch: async (url, init) => new Response(JSON.stringify(init.cache)) })`;
  const endpoint = `{ method: 'GET', path: '/', response: { safeParseAsync: async (data) => ({ success: true, data }) } }`;
  vm.evaluate(await bundleClient());
  expect(await vm.evaluate(`${create}.call(${endpoint})`)).toBe('no-store');
}, 60_000);

test('works in a bundle for old browsers, whose syntax has no BigInt and no exponentiation', async () => {
  const vm = new EdgeVM();
  vm.evaluate(await bundleClient('es2015'));
  expect([...(await vm.evaluate<Promise<string[]>>(exercise))]).toEqual(expected);
}, 60_000);
