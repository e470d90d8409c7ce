import { ApiError, createApiClient, UnauthenticatedError } from '@populatte/api-client';

/**
 * Checks the behaviour of the API client in any runtime. Uses nothing but the client and web
 * standards.
 *
 * @param baseUrl of a running API
 * @param token a fresh session token
 * @param email of the token's user
 * @returns the problems, one sentence each
 */
export async function checkClient(
  baseUrl: string,
  token: string,
  email: string,
): Promise<string[]> {
  const problems: string[] = [];
  const api = createApiClient({ baseUrl, getToken: () => Promise.resolve(token) });

  const users = await Promise.all(Array.from({ length: 20 }, () => api.users.me()));
  if (users.some((user) => user.email !== email))
    problems.push('users.me() returned another user.');

  const refused = createApiClient({ baseUrl, getToken: () => Promise.resolve('not-a-token') });
  const error = await failureOf(refused.users.me());
  if (!(error instanceof UnauthenticatedError || error instanceof ApiError)) {
    problems.push(`A refused token rejects with ${String(error)}.`);
  }

  const controller = new AbortController();
  const aborted = failureOf(api.users.me({ signal: controller.signal }));
  controller.abort();
  const abort = await aborted;
  if (nameOf(abort) !== 'AbortError') problems.push(`An abort rejects with ${String(abort)}.`);

  const closed = createApiClient({
    baseUrl: 'http://127.0.0.1:9',
    getToken: () => Promise.resolve(token),
  });
  const network = await failureOf(closed.users.me());
  if (nameOf(network) !== 'NetworkError') {
    problems.push(`An unreachable API rejects with ${nameOf(network)}.`);
  }
  return problems;
}

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
    return new Error('nothing: the call succeeded');
  } catch (error) {
    return error;
  }
}

function nameOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'name' in value ? String(value.name) : '';
}
