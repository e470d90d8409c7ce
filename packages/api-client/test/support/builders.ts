import type { ErrorCode, UserResponse } from '@populatte/contracts';
import type { ApiClientOptions } from '../../src/index.js';
import type { Reply } from './server.js';

export function aUser(changes: Partial<UserResponse> = {}): UserResponse {
  return {
    id: '0198c0de-0000-7000-8000-000000000001',
    clerkId: 'user_1',
    email: 'ada@example.test',
    name: 'Ada',
    imageUrl: null,
    createdAt: '2026-01-02T03:04:05.678Z',
    updatedAt: '2026-01-02T03:04:05.678Z',
    ...changes,
  };
}

/** An error response of the API; the code may be unknown. */
export function aProblem(
  status: number,
  code: ErrorCode | (string & {}),
  more: object = {},
): Reply {
  const problem = { type: 'about:blank', title: code, status, detail: code, code };
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    json: { ...problem, requestId: 'request-1', ...more },
  };
}

/** A `getToken` that returns the given tokens and records its calls. */
export function aTokenSource(
  next: (fresh: boolean, asked: number) => string | null | Promise<string | null>,
): { getToken: ApiClientOptions['getToken']; plain: () => number; refreshes: () => number } {
  let plain = 0;
  let refreshes = 0;
  return {
    getToken: async (options) => {
      const fresh = options?.skipCache === true;
      return next(fresh, fresh ? ++refreshes : ++plain);
    },
    plain: () => plain,
    refreshes: () => refreshes,
  };
}

/** A promise with the functions that end it. */
export function aGate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

export function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Resolves to the rejection reason of a promise; throws if the promise resolves. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const resolved = Symbol('resolved');
  const error: unknown = await promise.then(
    () => resolved,
    (reason: unknown) => reason,
  );
  if (error === resolved) throw new Error('Expected a rejection, but the promise resolved.');
  return error;
}
