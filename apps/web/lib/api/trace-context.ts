import type { ApiClientOptions } from '@populatte/api-client';

/**
 * W3C Trace Context. `baggage` is not passed on, because it may contain anything, including
 * personal data.
 */
const names = ['traceparent', 'tracestate'] as const;

/**
 * Continues the trace of a request to this server in its own requests to the API. The sender of
 * that request, a browser's SDK or a proxy, decided whether it is traced.
 *
 * @param incoming the headers of the request to this server
 * @returns `fetch` that sends the incoming trace context, if there is one
 */
export function continueTrace(
  incoming: Pick<Headers, 'get'>,
): NonNullable<ApiClientOptions['fetch']> {
  return (url, init) => {
    const headers = new Headers(init.headers);
    for (const name of names) {
      const value = incoming.get(name);
      if (value !== null) headers.set(name, value);
    }
    return fetch(url, { ...init, headers });
  };
}
