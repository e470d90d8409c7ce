import type { Within } from './deadline.js';
import { NetworkError } from './errors.js';

/**
 * Takes Clerk's `useAuth().getToken` and the server's `(await auth()).getToken`; `template` is
 * never passed, but is the only option that both types share. Resolves to null if signed out, and
 * rejects if Clerk cannot be reached.
 */
export type GetToken = (options?: {
  skipCache?: boolean;
  template?: string;
}) => Promise<string | null>;

/** The newer of two tokens has the higher turn. */
type Token<Value> = Readonly<{ value: Value; turn: number }>;

/**
 * Gets tokens and shares refreshes. Its methods return null if signed out, and throw NetworkError
 * or TimeoutError.
 */
export interface TokenSource {
  current(signal: AbortSignal): Promise<Token<string> | null>;
  /**
   * Call it after a 401: returns a newer token if there is one, else the result of the shared
   * refresh.
   */
  renew(held: Token<string>, signal: AbortSignal): Promise<string | null>;
  /**
   * Call it if the API also refused the result of renew(): the next 401 then starts another refresh.
   */
  renewalRefused(): void;
}

/** @param timeoutMs for each wait for a token */
export function tokenSource(getToken: GetToken, timeoutMs: number, within: Within): TokenSource {
  const none = { value: null, turn: 0 };
  let turns = 0;
  let newest: Token<string | null> = none;
  /** Older than the newest token. getToken() may still return it. */
  let outdated: string | null = null;
  let refreshing: Promise<string | null> | undefined;

  async function ask(get: () => ReturnType<GetToken>): Promise<string | null> {
    try {
      const value = await get();
      // Fetch would quote a token that is not a valid header value in its error.
      return typeof value === 'string' && /^[\x21-\x7e][\x20-\x7e]*$/.test(value) ? value : null;
    } catch (cause) {
      throw new NetworkError('getToken() failed.', { cause });
    }
  }

  function wait<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    return within(timeoutMs, `No token within ${timeoutMs} ms.`, signal, work);
  }

  async function refresh(): Promise<string | null> {
    newest = none; // The API refused it.
    try {
      const value = await wait(undefined, () => ask(() => getToken({ skipCache: true })));
      newest = { value, turn: ++turns };
      return value;
    } finally {
      refreshing = undefined;
    }
  }

  return {
    async current(signal) {
      const asked = ++turns;
      const value = await wait(signal, () => ask(() => getToken()));
      if (value === null) return null;
      if (value === newest.value) return { value, turn: newest.turn };
      const token = { value, turn: value === outdated ? 0 : asked };
      if (token.turn > newest.turn) newest = token;
      return token;
    },
    async renew(held, signal) {
      outdated = held.value;
      if (held.turn < newest.turn) return newest.value;
      return wait(signal, () => (refreshing ??= refresh()));
    },
    renewalRefused() {
      outdated = null;
    },
  };
}
