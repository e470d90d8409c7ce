import { cannotSend, isOf, tagOf, toJson } from './values.js';

/** A body for fetch. */
export type EncodedBody = Readonly<{
  body: NonNullable<RequestInit['body']> | null;
  /** The content type, unless fetch sets a better one. */
  type?: string;
  /** It is a stream, which can be sent only once. */
  once: boolean;
}>;

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
  if (typeof body === 'string') return { body, type: 'text/plain;charset=UTF-8', once: false };
  // Fetch sets the type of these itself: a form's boundary, a file's type.
  const asItIs = ['FormData', 'Blob', 'File', 'URLSearchParams'];
  if (asItIs.some((name) => isOf(body, name))) {
    return { body: body as EncodedBody['body'], once: false };
  }
  return { body: toJson(`${route}: body`, body), type: 'application/json', once: false };
}

/**
 * Whether the runtime's own fetch would send the text `[object ReadableStream]` instead of a stream.
 * Firefox does, and most runtimes do with an async iterable that is no `ReadableStream`.
 */
export function isSentAsText(stream: unknown): boolean {
  const { Request: Known } = globalThis as Partial<typeof globalThis>;
  if (Known === undefined) return false;
  try {
    const sample = isOf(stream, 'ReadableStream') ? new ReadableStream() : emptyIterable;
    const init = { method: 'POST', body: sample as BodyInit, duplex: 'half' };
    // Only a text has a content type.
    return new Known('https://api.test', init).headers.has('content-type');
  } catch {
    return true;
  }
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
