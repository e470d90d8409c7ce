import { ApiClientError, TimeoutError } from './errors.js';

/** The longest delay that timers support, in milliseconds; a longer one fires at once. */
export const maxTimerMs = 2 ** 31 - 1;

/**
 * Runs `work` until it finishes, `ms` milliseconds pass or the caller aborts. The work's own signal
 * aborts in the last two cases.
 *
 * Leaves no timer and no listener behind. `AbortSignal.any` would: in Node.js 20 the caller's
 * signal keeps every signal derived from it. Edge runtimes and React Native do not have it.
 *
 * @throws the caller's reason (before the work starts if the signal has aborted already),
 *   TimeoutError with `message`, or what the work throws
 */
export type Within = <T>(
  ms: number,
  message: string,
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
) => Promise<T>;

/** @returns a `within` whose calls share one listener per signal, and nothing with another one */
export function deadlines(): Within {
  const follow = signalFollower();
  return async (ms, message, caller, work) => {
    if (caller?.aborted === true) throw abortReason(caller);
    const controller = new AbortController();
    let unfollow = (): void => undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ended = new Promise<never>((_resolve, reject) => {
      const end = (reason: Error): void => {
        reject(reason);
        controller.abort();
      };
      const expire = (): void => {
        end(new TimeoutError(message));
      };
      if (caller) {
        unfollow = follow(caller, () => {
          end(abortReason(caller));
        });
      }
      timer = setTimeout(expire, Math.min(ms, maxTimerMs));
    });
    try {
      return await Promise.race([ended, work(controller.signal)]);
    } finally {
      clearTimeout(timer);
      unfollow();
    }
  };
}

interface Followers {
  readonly ends: Set<() => void>;
  readonly listener: () => void;
}

/** Calls `end` when the signal aborts; returns a function that stops following. */
type Follow = (signal: AbortSignal, end: () => void) => () => void;

/** Adds one listener per signal, because Node.js reports more than ten as a possible leak. */
function signalFollower(): Follow {
  const followersOf = new WeakMap<AbortSignal, Followers>();
  return (signal, end) => {
    const followers = followersOf.get(signal) ?? newFollowers();
    followersOf.set(signal, followers);
    const { ends, listener } = followers;
    if (ends.size === 0) signal.addEventListener('abort', listener);
    ends.add(end);
    return () => {
      ends.delete(end);
      if (ends.size === 0) signal.removeEventListener('abort', listener);
    };
  };
}

function newFollowers(): Followers {
  const ends = new Set<() => void>();
  const listener = (): void => {
    for (const end of ends) end();
  };
  return { ends, listener };
}

/** The caller's reason. React Native's signals have none, and it has no DOMException. */
function abortReason({ reason }: AbortSignal): Error {
  if (reason !== undefined) return reason as Error;
  return Object.assign(new Error('The call was aborted.'), { name: 'AbortError' });
}

/**
 * Stops work that is still running after `within` has ended. The caller already has its error and
 * ignores this one.
 */
export function stopIfAborted({ aborted }: AbortSignal): void {
  if (aborted) throw new ApiClientError('The call has ended.');
}

/** Resolves after `ms` milliseconds, or as soon as the signal aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
