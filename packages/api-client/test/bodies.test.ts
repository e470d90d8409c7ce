import { defineEndpoint } from '@populatte/contracts';
import { Readable } from 'node:stream';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { ContractError, createApiClient } from '../src/index.js';
import { aProblem, aTokenSource, rejection } from './support/builders.js';
import { aServer } from './support/server.js';

const getToken = (): Promise<string> => Promise.resolve('token');
const response = z.object({ done: z.literal(true) });
const put = defineEndpoint({ method: 'PUT', path: '/any', body: z.unknown(), response });
const list = defineEndpoint({
  method: 'GET',
  path: '/list/:id',
  params: z.object({ id: z.unknown() }),
  query: z.record(z.string(), z.unknown()).and(z.object({})) as unknown as z.ZodObject,
  response,
});
const bothOf = { a: 1 };
const anyOf = (value: string): unknown => runInNewContext(value);

function aLockedStream(): ReadableStream {
  const stream = new ReadableStream();
  stream.getReader();
  return stream;
}

function aDetachedBuffer(): ArrayBuffer {
  const buffer = new ArrayBuffer(3);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

/** Node.js 20 has resizable buffers, but TypeScript's es2023 does not. */
function aResizableBuffer(): ArrayBuffer {
  return anyOf('new ArrayBuffer(3, { maxByteLength: 6 })') as ArrayBuffer;
}

describe('a body that is passed to fetch unchanged', () => {
  const bytes = [0, 1, 200, 255];
  const text = Buffer.from(bytes).toString('latin1');
  const octets = 'application/octet-stream';

  test.each<[string, () => unknown, string, string | undefined]>([
    ['a string', () => 'a "text"', 'a "text"', 'text/plain;charset=UTF-8'],
    ['an empty string', () => '', '', 'text/plain;charset=UTF-8'],
    [
      'URLSearchParams',
      () => new URLSearchParams({ a: '1', b: 'x y' }),
      ...(['a=1&b=x+y', 'application/x-www-form-urlencoded;charset=UTF-8'] as const),
    ],
    ['a Uint8Array', () => new Uint8Array(bytes), text, octets],
    ['a Buffer', () => Buffer.from(bytes), text, octets],
    ['an ArrayBuffer', () => new Uint8Array(bytes).buffer, text, octets],
    ['a DataView', () => new DataView(new Uint8Array(bytes).buffer), text, octets],
    ['part of a buffer', () => new Uint8Array([9, ...bytes, 9]).subarray(1, 5), text, octets],
    ['a Uint8Array of another realm', () => anyOf('new Uint8Array([0,1,200,255])'), text, octets],
    ['a Blob', () => new Blob([new Uint8Array(bytes)], { type: 'image/png' }), text, 'image/png'],
    ['a stream', () => new Blob([new Uint8Array(bytes)]).stream(), text, octets],
    ["Node's stream", () => Readable.from([Buffer.from(bytes)]), text, octets],
  ])('%s', async (_what, make, sent, type) => {
    const server = await aServer(() => ({ json: { done: true } }));
    const api = createApiClient({ baseUrl: server.url, getToken });
    expect(await api.call(put, { body: make() })).toEqual({ done: true });
    expect(server.received[0]?.bytes.toString('latin1')).toBe(sent);
    expect(server.received[0]?.headers['content-type']).toBe(type);
  });

  test('a string has a content type even where fetch sets none, as in Bun', async () => {
    const fetch = vi.fn((_url: string, { headers }: RequestInit) =>
      Promise.resolve(Response.json({ done: new Headers(headers).get('content-type') })),
    );
    const api = createApiClient({ baseUrl: 'http://api.test', getToken, fetch });
    const typed = defineEndpoint({ ...put, response: z.object({ done: z.string() }) });
    const send = async (headers?: Record<string, string>): Promise<string> =>
      (await api.call(typed, { body: '{}' }, { headers })).done;
    expect(await send()).toBe('text/plain;charset=UTF-8');
    expect(await send({ 'content-type': 'application/json' })).toBe('application/json');
  });

  test.each<[string, () => unknown]>([
    ['a stream', () => new Blob(['bytes']).stream()],
    ["Node's stream", () => Readable.from(['bytes'])],
    [
      'a generator',
      () =>
        (async function* () {
          yield await Promise.resolve(Buffer.from('bytes'));
        })(),
    ],
  ])('is not retried if it is %s', async (_what, make) => {
    const server = await aServer(() => ({ status: 503 }));
    const fetch = vi.fn(globalThis.fetch);
    const api = createApiClient({ baseUrl: server.url, getToken, fetch });
    expect(await rejection(api.call(put, { body: make() }))).toMatchObject({ status: 503 });
    expect(fetch).toHaveBeenCalledTimes(1);
    const expired = await aServer(() => aProblem(401, 'token_expired'));
    const source = aTokenSource((fresh) => (fresh ? 'new' : 'old'));
    const other = createApiClient({ baseUrl: expired.url, getToken: source.getToken });
    expect(await rejection(other.call(put, { body: make() }))).toMatchObject({ name: 'ApiError' });
    expect(expired.received).toHaveLength(1);
  });

  test.each<[string, () => unknown]>([
    ['bytes', () => new Uint8Array(bytes)],
    ['URLSearchParams', () => new URLSearchParams({ a: '1' })],
    ['a string', () => 'text'],
  ])('is retried if it is %s', async (_what, make) => {
    const server = await aServer(() =>
      server.received.length === 1 ? { status: 503 } : { json: { done: true } },
    );
    const api = createApiClient({ baseUrl: server.url, getToken });
    await api.call(put, { body: make() });
    expect(server.received[1]?.bytes).toEqual(server.received[0]?.bytes);
  });
});

describe('a stream where fetch would send a text such as [object ReadableStream]', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  const stream = (): unknown => new Blob(['bytes']).stream();
  const generator = async function* (): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from('bytes'));
  };
  const chromium = (body: unknown): boolean => !(body instanceof ReadableStream);
  const firefox = (): boolean => true;
  /** Makes the global Request turn bodies into texts, as a browser's does. */
  const stubRequest = (becomesText: (body: unknown) => boolean): void => {
    class BrowserRequest extends Request {
      constructor(url: string, init: RequestInit) {
        super(url, becomesText(init.body) ? { ...init, body: '[object ReadableStream]' } : init);
      }
    }
    vi.stubGlobal('Request', BrowserRequest);
  };

  test.each([
    ['a stream in Firefox', firefox, stream],
    ['a generator in Firefox', firefox, generator],
    ['a generator in Chromium', chromium, generator],
  ])('is a ContractError, and nothing is sent: %s', async (_what, becomesText, make) => {
    const server = await aServer(() => ({ json: { done: true } }));
    const asked = vi.fn(getToken);
    stubRequest(becomesText);
    const api = createApiClient({ baseUrl: server.url, getToken: asked });
    const error = await rejection(api.call(put, { body: make() }));
    expect(error).toBeInstanceOf(ContractError);
    expect(error).toHaveProperty('message', expect.stringContaining('body cannot be sent: '));
    expect(server.received).toEqual([]);
    expect(asked).not.toHaveBeenCalled();
  });

  test('is sent if this kind of stream can be, or by a fetch of the caller', async () => {
    const server = await aServer(() => ({ json: { done: true } }));
    const { fetch } = globalThis;
    stubRequest(chromium);
    await createApiClient({ baseUrl: server.url, getToken }).call(put, { body: stream() });
    stubRequest(firefox);
    await createApiClient({ baseUrl: server.url, getToken, fetch }).call(put, { body: stream() });
    expect(server.received.map(({ body }) => body)).toEqual(['bytes', 'bytes']);
  });
});

describe('a JSON body', () => {
  class Point {
    constructor(
      readonly x: number,
      readonly y?: number,
    ) {}
  }

  test.each<[string, unknown, string]>([
    ['null', null, 'null'],
    ['a number', 0, '0'],
    ['false', false, 'false'],
    ['a list', [1, [2]], '[1,[2]]'],
    ['a date', { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
    ['an absent member', { a: undefined, b: 1 }, '{"b":1}'],
    ["a class's instance", new Point(1), '{"x":1}'],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    ['an object with toJSON', { url: new URL('https://a.test/') }, '{"url":"https://a.test/"}'],
    ['the same object twice', [bothOf, bothOf], '[{"a":1},{"a":1}]'],
    [
      "another realm's object",
      anyOf('({ a: [new Date(0)] })'),
      '{"a":["1970-01-01T00:00:00.000Z"]}',
    ],
  ])('sends %s', async (_what, body, sent) => {
    const server = await aServer(() => ({ json: { done: true } }));
    await createApiClient({ baseUrl: server.url, getToken }).call(put, { body });
    expect(server.received[0]?.body).toBe(sent);
    expect(server.received[0]?.headers['content-type']).toBe('application/json');
  });

  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const secret = (): never => {
    throw new Error('secret');
  };

  test.each<[string, unknown, RegExp]>([
    ['a Map', new Map([['a', 1]]), /body cannot be sent: Map/],
    ['a Set', new Set(['a']), /body cannot be sent: Set/],
    ['a WeakMap', new WeakMap(), /body .*WeakMap/],
    ["another realm's Map", anyOf('new Map([[1, 2]])'), /body .*Map/],
    ['a function', () => 1, /body .*Function/],
    ['a symbol', Symbol('secret'), /body .*Symbol/],
    ['a bigint', 1n, /body .*BigInt/],
    ['NaN', NaN, /body .*NaN/],
    ['an invalid date', new Date(NaN), /body .*invalid Date/],
    ['an expression', /secret/, /body .*RegExp/],
    ['an error', new Error('secret'), /body .*Error/],
    ['shared memory', new SharedArrayBuffer(3), /body .*SharedArrayBuffer/],
    ['a view of shared memory', new Uint8Array(new SharedArrayBuffer(3)), /body .*Uint8Array/],
    ['a resizable buffer', aResizableBuffer(), /body .*ArrayBuffer/],
    ['a view of a resizable buffer', new Uint8Array(aResizableBuffer()), /body .*Uint8Array/],
    ['a buffer that was transferred', aDetachedBuffer(), /body .*ArrayBuffer/],
    ['a stream that is being read', aLockedStream(), /body .*ReadableStream/],
    ['a promise', Promise.resolve('secret'), /body .*Promise/],
    ['a nested Map', { a: { b: [1, new Map()] } }, /body\.a\.b\.1 .*Map/],
    ['a nested function', { on: { click: () => 1 } }, /body\.on\.click .*Function/],
    ['a nested invalid date', [{ at: new Date('x') }], /body\.0\.at .*invalid Date/],
    ['a nested infinity', { n: -Infinity }, /body\.n .*-Infinity/],
    ['nested bytes', { file: new Uint8Array(3) }, /body\.file .*Uint8Array/],
    ['a nested file', { file: new Blob(['secret']) }, /body\.file .*Blob/],
    ['a nested form', { form: new FormData() }, /body\.form .*FormData/],
    ['nothing in a list', [1, undefined], /body\.1 .*Undefined/],
    ['what writes itself as nothing', { a: { toJSON: () => undefined } }, /body\.a /],
    ['a cycle', cycle, /body cannot be written as JSON/],
    ['what cannot be written', { toJSON: secret }, /body cannot be written as JSON/],
  ])('is a ContractError that names %s, and nothing is sent', async (_what, body, message) => {
    const server = await aServer(() => ({ json: { done: true } }));
    const asked = vi.fn(getToken);
    const api = createApiClient({ baseUrl: server.url, getToken: asked });
    const error = await rejection(api.call(put, { body }));
    expect(error).toBeInstanceOf(ContractError);
    expect(error).toHaveProperty('message', expect.stringMatching(message));
    expect(error).toHaveProperty('requestId', undefined);
    expect(String(error)).not.toContain('secret');
    expect(server.received).toEqual([]);
    expect(asked).not.toHaveBeenCalled();
  });
});

describe('a query', () => {
  // The types allow these where an endpoint's schema has no shape.
  test.each<[string, object | string]>([
    ['URLSearchParams', new URLSearchParams('a=secret')],
    ['a Map', new Map([['a', 'secret']])],
    ['a list', ['secret']],
    ['a string', 'a=secret'],
  ])('that is %s is a ContractError, not an empty or odd query', async (_what, query) => {
    const server = await aServer(() => ({ json: { done: true } }));
    const api = createApiClient({ baseUrl: server.url, getToken });
    const error = await rejection(
      api.call(list, { params: { id: '1' }, query: query as Record<string, unknown> }),
    );
    expect(error).toBeInstanceOf(ContractError);
    expect(error).toHaveProperty('message', expect.stringContaining('the query cannot be sent'));
    expect(String(error)).not.toContain('secret');
    expect(server.received).toEqual([]);
  });
});

describe('a query or path parameter', () => {
  test('may be a string, a number, a boolean, a bigint, a date, or a list of these', async () => {
    const server = await aServer(() => ({ json: { done: true } }));
    const api = createApiClient({ baseUrl: server.url, getToken });
    const query = {
      'a b': ['ü&=', 1.5],
      c: [false, 2n],
      d: anyOf('new Date(0)'),
      e: '',
      f: [null],
    };
    await api.call(list, { params: { id: 7 }, query });
    expect(server.received[0]?.path).toBe(
      '/list/7?a%20b=%C3%BC%26%3D&a%20b=1.5&c=false&c=2&d=1970-01-01T00%3A00%3A00.000Z&e=',
    );
  });

  test.each<[string, unknown]>([
    ['an invalid date', new Date(NaN)],
    ['an object', { secret: 1 }],
    ['an object in a list', [{ secret: 1 }]],
    ['a list in a list', [['secret']]],
    ['a Map', new Map()],
    ['a function', () => 'secret'],
    ['a symbol', Symbol('secret')],
    ['NaN', NaN],
    ['infinity', Infinity],
    ['a lone surrogate', 'secret\ud800'],
    ['a URL', new URL('https://secret.test')],
  ])('that is %s is a ContractError that names it, and nothing is sent', async (_what, value) => {
    const server = await aServer(() => ({ json: { done: true } }));
    const api = createApiClient({ baseUrl: server.url, getToken });
    for (const input of [
      { params: { id: '1' }, query: { since: value } },
      { params: { id: value }, query: {} },
    ]) {
      const error = await rejection(api.call(list, input));
      expect(error).toBeInstanceOf(ContractError);
      const named = 'since' in input.query ? 'query parameter since' : 'parameter id';
      expect(error).toHaveProperty('message', expect.stringContaining(named));
      expect(String(error)).not.toContain('secret');
    }
    expect(server.received).toEqual([]);
  });
});
