import { endpoints, type Endpoint } from '@populatte/contracts';
import { endsSession, parseAnswer, toError, wantsFreshToken } from './answer.js';
import { bindEndpoints, type AnyCall, type ApiClient, type RawResult } from './bind-endpoints.js';
import { isSentAsText } from './body.js';
import { deadlines } from './deadline.js';
import { ApiError, NotSignedInError, UnauthenticatedError } from './errors.js';
import { parseBaseUrl, prepareRequest, type PreparedRequest } from './request.js';
import { sender, type Fetch } from './send.js';
import { tokenSource, type GetToken } from './token-source.js';
import { cannotSend } from './values.js';

/** Options of `createApiClient`. */
export interface ApiClientOptions {
  /** The API's absolute http(s) URL, with a path prefix if the API has one. */
  readonly baseUrl: string | URL;
  /** Called for each call, and with `skipCache` after a 401 that a fresh token may solve. */
  readonly getToken: GetToken;
  /**
   * Called once when the API ends the session, and again only after a successful response or after
   * the user was signed out. Errors that it throws are ignored.
   */
  readonly onUnauthenticated?: ((error: UnauthenticatedError) => unknown) | undefined;
  /** Sends the requests. Default: the global one. */
  readonly fetch?: Fetch | undefined;
  /** Limit of a whole call: token, retries and waits. Milliseconds, 30,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Limit of each wait for a token. Milliseconds, 10,000 by default. */
  readonly tokenTimeoutMs?: number | undefined;
}

/**
 * Creates a client for one user's session: it shares no tokens with other clients. Calls reject with
 * an ApiClientError, or with the reason of the caller's own signal.
 *
 * @returns a method for each endpoint of the API, and `call` for any endpoint
 * @throws TypeError when baseUrl is not an absolute http(s) URL
 * @example
 * const api = createApiClient({ baseUrl: 'https://api.example.com', getToken });
 * const { email } = await api.users.me();
 */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { getToken, onUnauthenticated, timeoutMs = 30_000, tokenTimeoutMs = 10_000 } = options;
  const fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const base = parseBaseUrl(options.baseUrl);
  const within = deadlines();
  const tokens = tokenSource(getToken, tokenTimeoutMs, within);

  /**
   * Whether the session is lost. Replaced at each change, so that calls that started earlier cannot
   * change it.
   */
  let standing = { lost: false };

  async function run(
    endpoint: Endpoint,
    request: PreparedRequest,
    signal: AbortSignal,
  ): Promise<RawResult<unknown>> {
    const began = standing;
    /** Returns whether the state changed. */
    const found = (lost: boolean): boolean => {
      const news = began === standing && began.lost !== lost;
      if (news) standing = { lost };
      return news;
    };
    const send = sender(fetch, request, signal);
    const token = await tokens.current(signal);
    if (token === null) {
      found(false); // The next user to sign in has another session.
      throw new NotSignedInError('Not signed in: no request was sent.');
    }
    let answer = await send(token.value);
    let fresh: string | null | undefined;
    if (wantsFreshToken(answer)) {
      fresh = await tokens.renew(token, signal);
      // Sending the same token again would fail again.
      if (fresh !== null && fresh !== token.value) {
        // The stream has been consumed, but the session is valid: the caller may retry with a new
        // stream.
        if (request.once) throw toError(ApiError, answer);
        answer = await send(fresh);
      }
      if (answer.response.status === 401) tokens.renewalRefused();
    }
    const { response } = answer;
    if (response.ok) found(false);
    if (fresh !== null && !endsSession(answer)) {
      return { data: await parseAnswer(endpoint, answer), response };
    }
    const error = toError(UnauthenticatedError, answer);
    if (found(true)) {
      // The caller gets `error`; a failure of its own listener must not replace it.
      Promise.resolve(error)
        .then(onUnauthenticated)
        .catch(() => undefined);
    }
    throw error;
  }

  // Async functions have simple parameters only: React Native's engine miscompiles others.
  const raw: AnyCall<RawResult<unknown>> = async (endpoint, input, callOptions) => {
    const { signal, headers } = callOptions ?? {};
    const request = prepareRequest(base, endpoint, input ?? {}, headers);
    // Only the caller knows what another fetch can send.
    const isLost = options.fetch === undefined && isSentAsText(request.body);
    if (isLost) throw cannotSend(`${request.route}: body`, request.body);
    const message = `${request.route} took over ${timeoutMs} ms.`;
    return within(timeoutMs, message, signal, (ending) => run(endpoint, request, ending));
  };
  const call: AnyCall<unknown> = async (endpoint, input, callOptions) =>
    (await raw(endpoint, input, callOptions)).data;
  // The methods differ only in their types; each runs `call`.
  return { ...bindEndpoints(endpoints, call), call: Object.assign(call, { raw }) } as ApiClient;
}
