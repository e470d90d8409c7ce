import { endpoints, type Endpoint } from '@populatte/contracts';
import { parseAnswer, readError, wantsFreshToken } from './answer.js';
import { bindEndpoints, type AnyCall, type ApiClient } from './bind-endpoints.js';
import { within } from './deadline.js';
import { ApiError, NotSignedInError, UnauthenticatedError } from './errors.js';
import { isReplayable, parseBaseUrl, prepareRequest, type AnyInput } from './request.js';
import { sender, type Fetch } from './send.js';
import { tokenSource, type GetToken } from './token-source.js';

export interface ApiClientOptions {
  /** Where the API is: an absolute http(s) URL, with a path where the API has one before its own. */
  readonly baseUrl: string | URL;
  readonly getToken: GetToken;
  /** Called once when the API stops accepting the session, and again only after a good answer or a
   * time with nobody signed in. What it throws is dropped. */
  readonly onUnauthenticated?: ((error: UnauthenticatedError) => unknown) | undefined;
  readonly fetch?: Fetch | undefined;
  /** For a whole call: token, retries and waits. Milliseconds, 30,000 unless given. */
  readonly timeoutMs?: number | undefined;
  /** For each wait for a token. Milliseconds, 10,000 unless given. */
  readonly tokenTimeoutMs?: number | undefined;
}

/**
 * A client for one person's session: its tokens are never another client's. Calls reject with an
 * ApiClientError, or with the reason of the caller's own signal.
 *
 * @throws TypeError when baseUrl is none
 */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { getToken, onUnauthenticated, timeoutMs = 30_000, tokenTimeoutMs = 10_000 } = options;
  const fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const base = parseBaseUrl(options.baseUrl);
  const tokens = tokenSource(getToken, tokenTimeoutMs);

  /** Whether the session is lost. A new one at each change: a call from before it says nothing. */
  let standing = { lost: false };

  async function run(endpoint: Endpoint, input: AnyInput, signal: AbortSignal): Promise<unknown> {
    const began = standing;
    /** Returns whether it is news. */
    const found = (lost: boolean): boolean => {
      const news = began === standing && began.lost !== lost;
      if (news) standing = { lost };
      return news;
    };
    const request = prepareRequest(base, endpoint, input);
    const send = sender(fetch, request, signal);
    const token = await tokens.current(signal);
    if (token === null) {
      found(false); // Whoever signs in next has a session of their own.
      throw new NotSignedInError('Nobody is signed in: nothing was sent.');
    }
    let answer = await send(token.value);
    if (wantsFreshToken(answer)) {
      const renewed = await tokens.renew(token, signal);
      if (renewed !== null) {
        // A stream is spent, the session is not: the caller may call again with another stream.
        if (!isReplayable(request)) throw readError(ApiError, answer);
        answer = await send(renewed);
      }
      if (answer.response.status === 401) tokens.renewalRefused();
    }
    if (answer.response.ok) found(false);
    if (answer.response.status !== 401) return parseAnswer(endpoint, answer);
    const error = readError(UnauthenticatedError, answer);
    if (found(true))
      Promise.resolve(error)
        .then(onUnauthenticated)
        .catch(() => undefined);
    throw error;
  }

  const call: AnyCall = (endpoint, input = {}, { signal } = {}) => {
    const message = `${endpoint.method} ${endpoint.path} took over ${timeoutMs} ms.`;
    return within(timeoutMs, message, signal, (ending) => run(endpoint, input, ending));
  };
  // Types alone tell the endpoints' methods apart; what runs is `call` for each of them.
  return { ...bindEndpoints(endpoints, call), call } as ApiClient;
}
