import { z } from 'zod';
import { StackError } from '../stack/stack-error.js';

const timeoutMs = 15_000;
const users = z.array(z.object({ id: z.string() }));
const session = z.object({ id: z.string() });
const token = z.object({ jwt: z.string() });

export interface TokenRequest {
  /** The local Clerk. */
  readonly apiUrl: string;
  readonly secretKey: string;
  /** The web app's origin. Sent as `Origin`, so that the token has the `azp` that the API accepts. */
  readonly origin: string;
  readonly email: string;
}

/**
 * Signs a user in at the local Clerk through Clerk's Backend API: creates a session and its first
 * token.
 *
 * @returns a session token, valid for a minute
 * @throws StackError if the local Clerk is not responding or has no such user
 */
export async function newSessionToken(request: TokenRequest): Promise<string> {
  const query = new URLSearchParams({ email_address: request.email });
  const [user] = await call(request, 'GET', `/v1/users?${query.toString()}`, users);
  if (user === undefined) {
    throw new StackError(`The local Clerk has no user with the email address ${request.email}.`);
  }
  const { id } = await call(request, 'POST', '/v1/sessions', session, { user_id: user.id });
  const { jwt } = await call(request, 'POST', `/v1/sessions/${id}/tokens`, token, {});
  return jwt;
}

async function call<T>(
  { apiUrl, secretKey, origin }: TokenRequest,
  method: 'GET' | 'POST',
  path: string,
  answer: z.ZodType<T>,
  body?: Record<string, string>,
): Promise<T> {
  const response = await fetch(`${apiUrl}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${secretKey}`,
      Origin: origin,
      ...(body && { 'Content-Type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((cause: unknown) => {
    throw new StackError(
      `The local Clerk is not responding at ${apiUrl}. Is the stack running? Start it with: npm start`,
      { cause },
    );
  });
  // A body that is not JSON is refused below.
  const parsed = answer.safeParse(await response.json().catch(() => undefined));
  if (response.ok && parsed.success) return parsed.data;
  throw new StackError(
    `The local Clerk refused ${method} ${path.split('?')[0] ?? ''} with status ${response.status}. ` +
      'Restart the stack with: npm start',
  );
}
