import type { Endpoint } from '@populatte/contracts';
import { encodeBody, type EncodedBody } from './body.js';
import { ContractError } from './errors.js';
import { cannotSend, isOf, tagOf, toText } from './values.js';

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
  /** By lower-case name. Not `Headers`: another fetch may not know those of this realm. */
  headers: Readonly<Record<string, string>>;
}> &
  Pick<EncodedBody, 'body' | 'once'>;

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
  const all = {
    accept: 'application/json',
    ...(type !== undefined && { 'content-type': type }),
    ...toHeaders(route, headers),
  };
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

function toHeaders(route: string, headers: CallHeaders = {}): Record<string, string> {
  try {
    const isIterable = isOf(headers, 'Headers') || Symbol.iterator in headers;
    const given = isIterable
      ? [...(headers as Iterable<[string, string]>)]
      : // Fetch would send the text "undefined" for a value that is missing.
        Object.entries(headers).filter(isGiven);
    const all = new Headers();
    for (const [name, value] of given) all.append(name, value);
    return Object.fromEntries(given.map(([name]) => [name.toLowerCase(), all.get(name) ?? '']));
  } catch {
    // The cause quotes the value.
    throw new ContractError(`${route}: a header has a name or value that cannot be sent.`);
  }
}

function isGiven(header: [string, string | null | undefined]): header is [string, string] {
  return header[1] !== undefined && header[1] !== null;
}
