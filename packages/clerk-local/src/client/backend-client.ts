import { z } from 'zod';
import { ClerkLocalError } from '../domain/shared/clerk-local-error.js';

/** The address and credentials of a Backend API. */
export interface BackendAccess {
  /** Such as `http://127.0.0.1:4010`. */
  readonly apiUrl: string;
  readonly secretKey: string;
  /** Defaults to the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
}

/** A call of the Backend API. */
export interface BackendRequest<Schema extends z.ZodType> {
  readonly method: 'GET' | 'POST';
  /** Without `/v1`, such as `/users`. */
  readonly path: string;
  readonly body?: Readonly<Record<string, string>>;
  /** Sent as the `Origin` header. */
  readonly origin?: string | undefined;
  /** Parses the response body. */
  readonly answer: Schema;
}

const timeoutMs = 10_000;

const errorsSchema = z.object({ errors: z.array(z.object({ long_message: z.string() })) });

/**
 * Calls the Backend API of a running instance.
 *
 * @returns the parsed response body
 * @throws {ClerkLocalError} `not_reachable` or `backend_api_error`
 */
export async function callBackend<Schema extends z.ZodType>(
  access: BackendAccess,
  request: BackendRequest<Schema>,
): Promise<z.output<Schema>> {
  const response = await send(access, request);
  // A body that is not JSON is refused below.
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw refusal(response.status, body);
  const parsed = request.answer.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ClerkLocalError(
    'backend_api_error',
    `${access.apiUrl} sent an unexpected response to ${request.method} ${request.path}.`,
    'Check that CLERK_API_URL is the URL of a clerk-local instance.',
  );
}

async function send(
  { apiUrl, secretKey, fetch: send = fetch }: BackendAccess,
  { method, path, body, origin }: BackendRequest<z.ZodType>,
): Promise<Response> {
  try {
    return await send(new URL(`/v1${path}`, apiUrl), {
      method,
      headers: {
        authorization: `Bearer ${secretKey}`,
        ...(origin === undefined ? {} : { origin }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    throw new ClerkLocalError(
      'not_reachable',
      `clerk-local is not reachable at ${apiUrl}.`,
      'Start it with `clerk-local serve`, or check CLERK_API_URL.',
      { cause },
    );
  }
}

function refusal(status: number, body: unknown): ClerkLocalError {
  const parsed = errorsSchema.safeParse(body);
  const detail = parsed.success ? parsed.data.errors[0]?.long_message : undefined;
  return new ClerkLocalError(
    'backend_api_error',
    `The Backend API responded with ${status}${detail === undefined ? '.' : `: ${detail}`}`,
    status === 401 ? 'Check that CLERK_SECRET_KEY belongs to that instance.' : 'Fix the request.',
  );
}
