import type { ClerkLocal } from '../../src/index.js';

/** A call of the Backend API. */
export interface BackendCall {
  readonly method: string;
  /** Includes `/v1`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>;
  /** Sent as `multipart/form-data`. */
  readonly multipart?: FormData;
  /** Sent unchanged. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls the Backend API over HTTP with the secret key, unless `headers` overrides it. */
export function callBackendApi(clerk: ClerkLocal, call: BackendCall): Promise<Response> {
  return fetch(`${clerk.url}${call.path}`, {
    method: call.method,
    headers: {
      authorization: `Bearer ${clerk.secretKey}`,
      ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...call.headers,
    },
    ...(call.json === undefined ? {} : { body: JSON.stringify(call.json) }),
    ...(call.form === undefined ? {} : { body: new URLSearchParams(call.form) }),
    ...(call.multipart === undefined ? {} : { body: call.multipart }),
    ...(call.text === undefined ? {} : { body: call.text }),
  });
}
