import { cannotSend, isOf, tagOf, toJson } from './values.js';

/** A body for fetch. */
export type EncodedBody = Readonly<{
  body: NonNullable<RequestInit['body']> | null;
  /** The content type, unless fetch sets a better one. */
  type?: string;
  /** It is a stream, which can be sent only once. */
  once: boolean;
}>;

const textType = 'text/plain;charset=UTF-8';

/** @throws ContractError if fetch cannot send the body, or would send something else */
export function encodeBody(route: string, body: unknown): EncodedBody {
  if (body === undefined) return { body: null, once: false };
  const bytes = 'application/octet-stream';
  if (isUnreadable(body)) throw cannotSend(`${route}: body`, body);
  if (isStream(body)) return { body, type: bytes, once: true };
  if (isOf(body, 'ArrayBuffer') || ArrayBuffer.isView(body)) {
    return { body: body as BufferSource, type: bytes, once: false };
  }
  // Fetch sets the same type, except Bun's.
  if (typeof body === 'string') return { body, type: textType, once: false };
  if (isOf(body, 'URLSearchParams')) {
    // Fetch sends those of another realm as the same text, but with another type.
    const type = 'application/x-www-form-urlencoded;charset=UTF-8';
    return { body: body as URLSearchParams, type, once: false };
  }
  // Fetch sets the type of these itself: a form's boundary, a file's type.
  if (isFormOrFile(body)) return { body: body as EncodedBody['body'], once: false };
  return { body: toJson(`${route}: body`, body), type: 'application/json', once: false };
}

/**
 * Whether the runtime's own fetch would send a text such as `[object FormData]` instead of the body.
 * Firefox does so with streams, most runtimes with an async iterable that is no `ReadableStream`, and
 * Node.js with the forms and files of another realm, such as jsdom's.
 */
export function isSentAsText(body: unknown): boolean {
  const { Request: Known } = globalThis as Partial<typeof globalThis>;
  if (Known === undefined || !(isStream(body) || isFormOrFile(body))) return false;
  try {
    const init = { method: 'POST', body: sampleOf(body) as BodyInit, duplex: 'half' };
    // The type that fetch gives to a text.
    return new Known('https://api.test', init).headers.get('content-type') === textType;
  } catch {
    return true;
  }
}

/** A request locks its stream. */
function sampleOf(body: unknown): unknown {
  if (!isStream(body)) return body;
  return isOf(body, 'ReadableStream') ? new ReadableStream() : emptyIterable;
}

const emptyIterable: unknown = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true }) }),
};

/**
 * Fetch refuses these only when it reads them, which would look like a network failure, or sends
 * something else: no bytes, or a text.
 */
function isUnreadable(body: unknown): boolean {
  if (isOf(body, 'ReadableStream')) return (body as ReadableStream).locked;
  const buffer = ArrayBuffer.isView(body) ? body.buffer : body;
  if (tagOf(buffer) === 'SharedArrayBuffer') return true;
  return isOf(buffer, 'ArrayBuffer') && isResizableOrDetached(buffer as ArrayBuffer);
}

function isResizableOrDetached(buffer: ArrayBuffer & { readonly resizable?: boolean }): boolean {
  try {
    buffer.slice(0, 0); // Throws if the buffer is detached, such as by postMessage().
    return buffer.resizable === true;
  } catch {
    return true;
  }
}

function isStream(body: unknown): body is ReadableStream {
  // Node.js's fetch accepts Node.js streams as well.
  return (
    isOf(body, 'ReadableStream') ||
    (typeof body === 'object' && body !== null && Symbol.asyncIterator in body)
  );
}

function isFormOrFile(body: unknown): boolean {
  return ['FormData', 'Blob', 'File'].some((name) => isOf(body, name));
}
