import type { Endpoint } from '@populatte/contracts';
import { ContractError } from './errors.js';

type Values = Readonly<Record<string, unknown>>;
/** `EndpointInput` where the endpoint is any. */
export type AnyInput = Readonly<{ params?: Values; query?: Values; body?: unknown }>;
/** A request but for its token; `type` is its body's, where fetch does not know it better. */
export type PreparedRequest = Readonly<{ route: string; method: string; url: string }> & Encoded;
type Encoded = Readonly<{ body: string | ReadableStream | FormData | Blob | null; type?: string }>;

/**
 * @returns origin and path prefix, without a slash at the end
 * @throws TypeError when it is no absolute http(s) URL
 */
export function parseBaseUrl(baseUrl: string | URL): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url?.protocol.startsWith('http')) {
    throw new TypeError('baseUrl must be an absolute URL: https://api.example.com');
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/** @throws ContractError when a value cannot be sent */
export function prepareRequest(base: string, endpoint: Endpoint, input: AnyInput): PreparedRequest {
  const { method, path } = endpoint;
  const url = new URL(base + fillPath(path, input.params ?? {}));
  // The token is for what lies below the base.
  if (!url.href.startsWith(`${base}/`)) throw new ContractError(`${path} leaves baseUrl.`);
  for (const [name, values] of Object.entries(input.query ?? {})) {
    // A list gives its name several times.
    for (const value of [values].flat()) {
      if (value !== undefined && value !== null) url.searchParams.append(name, toText(value));
    }
  }
  const encoded = encodeBody(method === 'GET' || method === 'HEAD' ? undefined : input.body);
  return { route: `${method} ${path}`, method, url: url.href, ...encoded };
}

function fillPath(path: string, params: Values): string {
  return path.replace(/:([^/]+)/g, (_match, name: string) => {
    const value = toText(params[name] ?? '');
    // URL parsers resolve a segment of dots: it would be another endpoint's path.
    if (/^\.{0,2}$|\p{Surrogate}/u.test(value)) {
      throw new ContractError(`${path} needs a text for its parameter ${name}.`);
    }
    return encodeURIComponent(value);
  });
}

function toText(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

function encodeBody(body: unknown): Encoded {
  if (body === undefined) return { body: null };
  if (body instanceof ReadableStream) return { body, type: 'application/octet-stream' };
  // Fetch says what they are: a form's boundary, a file's own type.
  if (body instanceof FormData || body instanceof Blob) return { body };
  try {
    return { body: JSON.stringify(body), type: 'application/json' };
  } catch {
    throw new ContractError('The body cannot be written as JSON.');
  }
}

/** Whether it can be sent again: a stream is spent by the first time. */
export function isReplayable({ body }: PreparedRequest): boolean {
  return !(body instanceof ReadableStream);
}
