import { sleep, stopIfAborted } from './deadline.js';
import { NetworkError } from './errors.js';
import type { PreparedRequest } from './request.js';
import { mayRetry, readRetryAfter, retryDelay } from './retry-policy.js';

/** The part of the global fetch that the client uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
/** A response whose body has arrived. */
export type Answer = Readonly<{ route: string; response: Response; text: string }>;
export type Send = (token: string) => Promise<Answer>;

/**
 * @returns a function that sends the request with a token and retries transient failures if that is
 *   safe; its calls share one limit of retries
 * @throws NetworkError, from the returned function
 */
export function sender(fetch: Fetch, request: PreparedRequest, signal: AbortSignal): Send {
  const { route, url, method, body } = request;
  const withSignal = takesSignals() ? { signal } : {};
  let retries = 0;

  async function attempt(token: string): Promise<Answer> {
    const headers = { ...request.headers, authorization: `Bearer ${token}` };
    const init = {
      ...{ method, headers, body, ...withSignal },
      // Do not follow redirects: the token is for this origin.
      ...({ redirect: 'manual' } as const),
      ...cacheMode(),
      duplex: 'half', // Fetch requires it for streams.
    };
    const response = await fetch(url, init);
    return { route, response, text: await response.text() };
  }

  return async (token) => {
    for (; ; retries += 1) {
      stopIfAborted(signal);
      const result = await attempt(token).catch(
        (cause: unknown) => new NetworkError(`${route}: no response.`, { cause }),
      );
      stopIfAborted(signal);
      const response = result instanceof NetworkError ? undefined : result.response;
      if (request.once || !mayRetry(method, retries, response?.status)) {
        if (result instanceof NetworkError) throw result;
        return result;
      }
      await sleep(retryDelay(retries, response && readRetryAfter(response.headers)), signal);
    }
  };
}

/**
 * Whether fetch knows this realm's signals. jsdom replaces AbortController but not fetch, and Node.js
 * refuses them since version 24. Without a signal the call ends in time, but its connection stays.
 */
function takesSignals(): boolean {
  const { Request: Known } = globalThis as Partial<typeof globalThis>;
  if (Known === undefined) return true;
  const { signal } = new AbortController();
  try {
    return Boolean(new Known('https://api.test', { signal }));
  } catch {
    return false;
  }
}

/**
 * Forbids caching personal data where requests have a cache mode. With one, Cloudflare's Workers throw
 * (before the compatibility date 2024-11-11), and React Native adds a parameter to the URL.
 */
function cacheMode(): Pick<RequestInit, 'cache'> {
  const { Request: Known } = globalThis as Partial<typeof globalThis>;
  return Known === undefined || 'cache' in Known.prototype ? { cache: 'no-store' } : {};
}
