import type { Endpoint } from '@populatte/contracts';
import { ContractError } from './errors.js';
import { cannotSend, tagOf, toJson, toText } from './values.js';

type Values = Readonly<Record<string, unknown>>;
/** Headers of a call; in an object, a value that is undefined or null counts as absent. */
export type CallHeaders =
  NonNullable<RequestInit['headers']> | Readonly<Record<string, string | null | undefined>>;
/** `EndpointInput` of any endpoint. */
export type AnyInput = Readonly<{ params?: Values; query?: Values; body?: unknown }>;
/** A request without its token. */
export type PreparedRequest = Readonly<{
  route: string;
  method: string;
  url: string;
  headers: Headers;
  body: NonNullable<RequestInit['body']> | null;
  /** The body is a stream, which can be sent only once. */
  once: boolean;
}>;

/**
 * Does not use URL's getters, most of which throw in React Native.
 *
 * @returns origin and path prefix, without a trailing slash
 * @throws TypeError when it is not an absolute http(s) URL
 */
export function parseBaseUrl(baseUrl: string | URL): string {
  const text = String(baseUrl).trim();
  const [, scheme, rest] =
    /^(https?:\/\/)(?:[^/?#@\\\s]*@)?([^/?#@\\\s][^?#\\\s]*)/i.exec(text) ?? [];
  const { canParse } = URL as Partial<typeof URL>;
  if (scheme === undefined || rest === undefined || canParse?.(text) === false) {
    throw new TypeError('baseUrl must be an absolute URL, such as https://api.example.com');
  }
  return scheme + rest.replace(/\/+$/, '');
}

/**
 * @param headers sent in addition to the client's own; they may replace `Accept` and `Content-Type`
 * @throws ContractError that names the value that cannot be sent
 */
export function prepareRequest(
  base: string,
  endpoint: Endpoint,
  { params = {}, query = {}, body }: AnyInput,
  headers?: CallHeaders,
): PreparedRequest {
  const { method, path } = endpoint;
  const route = `${method} ${path}`;
  const url = base + fillPath(route, path, params) + toQuery(route, path, query);
  const noBody = method === 'GET' || method === 'HEAD';
  // A caller may omit an object whose members are all optional; the API requires it.
  const given = body === undefined && endpoint.body && 'shape' in endpoint.body ? {} : body;
  const { type, ...encoded } = encodeBody(route, noBody ? undefined : given);
  const all = toHeaders(route, headers);
  if (!all.has('accept')) all.set('accept', 'application/json');
  if (type !== undefined && !all.has('content-type')) all.set('content-type', type);
  return { route, method, url, headers: all, ...encoded };
}

function fillPath(route: string, path: string, params: Values): string {
  const filled = path.replace(/:([^/]+)/g, (_match, name: string) => {
    const text = toText(`${route}: the parameter ${name}`, params[name] ?? '');
    // URL parsers resolve `.` and `..`, which would reach another endpoint.
    if (/^\.{0,2}$/.test(text)) {
      throw new ContractError(`${route}: the parameter ${name} must be a path segment.`);
    }
    return text;
  });
  // Send the token only to paths below the base URL.
  if (!/^\/[^\\\s#]*$/.test(filled) || /\/(\.|%2e){1,2}([/?]|$)/i.test(filled)) {
    throw new ContractError(`${route}: the path leaves baseUrl.`);
  }
  return filled;
}

function toQuery(route: string, path: string, query: Values): string {
  // A Map or URLSearchParams has no own properties, so it would be dropped.
  if (tagOf(query) !== 'Object') throw cannotSend(`${route}: the query`, query);
  let text = '';
  for (const [name, values] of Object.entries(query)) {
    const what = `${route}: the query parameter ${name}`;
    // A list repeats its parameter.
    for (const value of [values].flat()) {
      if (value === undefined || value === null) continue;
      text += `${text || path.includes('?') ? '&' : '?'}${toText(what, name)}=${toText(what, value)}`;
    }
  }
  return text;
}

function toHeaders(route: string, headers?: CallHeaders): Headers {
  try {
    const isIterable = isOf(headers, 'Headers') || Symbol.iterator in Object(headers);
    if (isIterable) return new Headers(headers as RequestInit['headers']);
    // Fetch would send the text "undefined" for a value that is missing.
    return new Headers(Object.fromEntries(Object.entries(headers ?? {}).filter(isGiven)));
  } catch {
    // The cause quotes the value.
    throw new ContractError(`${route}: a header has a name or value that cannot be sent.`);
  }
}

function isGiven(header: [string, string | null | undefined]): header is [string, string] {
  return header[1] !== undefined && header[1] !== null;
}

/** `type` is the content type if fetch does not set a better one. */
function encodeBody(
  route: string,
  body: unknown,
): { body: PreparedRequest['body']; type?: string; once: boolean } {
  if (body === undefined) return { body: null, once: false };
  const bytes = 'application/octet-stream';
  // Fetch refuses these only when it reads them, which would look like a network failure.
  const unreadable = isShared(body) || (isOf(body, 'ReadableStream') && isLocked(body));
  if (unreadable) throw cannotSend(`${route}: body`, body);
  if (isStream(body)) return { body, type: bytes, once: true };
  if (isOf(body, 'ArrayBuffer') || ArrayBuffer.isView(body)) {
    return { body: body as BufferSource, type: bytes, once: false };
  }
  // Fetch sets the same type, except Bun's.
  if (typeof body === 'string') return { body, type: 'text/plain;charset=UTF-8', once: false };
  // Fetch sets the type of these itself: a form's boundary, a file's type.
  const asItIs = ['FormData', 'Blob', 'File', 'URLSearchParams'];
  if (asItIs.some((name) => isOf(body, name))) {
    return { body: body as PreparedRequest['body'], once: false };
  }
  return { body: toJson(`${route}: body`, body), type: 'application/json', once: false };
}

function isShared(body: unknown): boolean {
  return ArrayBuffer.isView(body) && tagOf(body.buffer) === 'SharedArrayBuffer';
}

function isLocked(body: unknown): boolean {
  return (body as ReadableStream).locked;
}

function isStream(body: unknown): body is ReadableStream {
  // Node.js's fetch accepts Node.js streams as well.
  return (
    isOf(body, 'ReadableStream') ||
    (typeof body === 'object' && body !== null && Symbol.asyncIterator in body)
  );
}

/**
 * Checks the tag, because the value may come from another realm, and the class, because React
 * Native's classes have no tags.
 */
function isOf(value: unknown, name: string): boolean {
  const known: unknown = Reflect.get(globalThis, name);
  return tagOf(value) === name || (typeof known === 'function' && value instanceof known);
}
