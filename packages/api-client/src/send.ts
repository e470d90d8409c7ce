import { sleep } from './deadline.js';
import { NetworkError } from './errors.js';
import { isReplayable, type PreparedRequest } from './request.js';
import { mayRetry, retryDelay } from './retry-policy.js';

/** What is used of the global fetch. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
/** An answer that arrived in full. */
export type Answer = Readonly<{ route: string; response: Response; text: string }>;
export type Send = (token: string) => Promise<Answer>;

/**
 * @returns sends the request with a token, again where it may after a 503 or none at all; the
 *   retries of all its uses count together
 * @throws (what it returns) NetworkError, the signal's reason
 */
export function sender(fetch: Fetch, request: PreparedRequest, signal: AbortSignal): Send {
  const { route, url, method, body, type } = request;
  // Redirects are not followed: the token is for this origin. Nothing personal is cached.
  const init = { method, body, signal, redirect: 'manual', cache: 'no-store' } as const;
  let retries = 0;
  return async (token) => {
    const headers = new Headers({ accept: 'application/json', authorization: `Bearer ${token}` });
    if (type !== undefined) headers.set('content-type', type);
    for (;;) {
      const again = isReplayable(request) && mayRetry(method, retries);
      let retryAfter: string | null = null;
      try {
        const streaming = { duplex: 'half' }; // What fetch wants to hear before it takes a stream.
        const response = await fetch(url, { ...init, headers, ...streaming });
        const text = await response.text();
        signal.throwIfAborted();
        if (response.status !== 503 || !again) return { route, response, text };
        retryAfter = response.headers.get('retry-after');
      } catch (cause) {
        signal.throwIfAborted();
        if (!again) throw new NetworkError(`${route} got no answer: is the API there?`, { cause });
      }
      await sleep(retryDelay(retries, retryAfter), signal);
      retries += 1;
    }
  };
}
