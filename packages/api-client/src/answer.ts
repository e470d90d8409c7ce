import { validationIssue, type Endpoint, type ValidationIssue } from '@populatte/contracts';
import { ApiError, ContractError } from './errors.js';
import { readRetryAfter } from './retry-policy.js';
import type { Answer } from './send.js';

const refreshable = ['token_expired', 'token_not_active', 'token_invalid'];
const ending = ['token_missing', 'session_ended', 'user_banned', 'user_deleted', 'user_unknown'];

/** Whether a fresh token may help. A response to HEAD has no body that could contain the code. */
export function wantsFreshToken(answer: Answer): boolean {
  if (answer.response.status !== 401) return false;
  return answer.route.startsWith('HEAD ') || refreshable.includes(readCode(answer));
}

/**
 * Whether the API has ended the session, if refreshing was tried where it may help. A 401 with any
 * other code does not sign the user out: it comes from a gateway, is unknown to this client, or
 * asks the user to finish a pending task.
 */
export function endsSession(answer: Answer): boolean {
  return answer.response.status === 401 && [...refreshable, ...ending].includes(readCode(answer));
}

/**
 * @returns the body of a 2xx response, as the endpoint's schema returns it
 * @throws ApiError; ContractError that names the wrong members, but no values
 */
export async function parseAnswer(endpoint: Endpoint, answer: Answer): Promise<unknown> {
  const { route, response, text } = answer;
  const refuse = (what: string): ContractError =>
    new ContractError(`${route}: ${what}.`, headerId(response));
  // The response to a caller's own If-None-Match or If-Modified-Since.
  if (response.status === 304) throw refuse('unexpected status 304, the client does not cache');
  // Node.js shows the status of a redirect, browsers show 0.
  if (response.redirected || (!response.ok && response.status < 400)) {
    throw refuse('unexpected redirect, check baseUrl');
  }
  if (!response.ok) throw toError(ApiError, answer);
  const body = parseJson(text);
  // A body of whitespace counts as none: some servers end every body with a newline.
  if (text.trim() !== '' && body === undefined) throw refuse('the response is not JSON');
  // A schema's transform may throw an error that quotes its input.
  const result = await endpoint.response.safeParseAsync(body).catch(() => undefined);
  if (result?.success === true) return result.data;
  const paths = result?.error.issues.map(({ path }) => path.join('.') || 'the top') ?? ['the top'];
  throw refuse(`the response violates the contract at: ${paths.join(', ')}`);
}

/**
 * Reads a problem's members one by one: an invalid member does not discard the others, and a
 * gateway's page has at least a status.
 */
export function toError<E>(
  Kind: new (...args: ConstructorParameters<typeof ApiError>) => E,
  answer: Answer,
): E {
  const { route, response, text } = answer;
  const { requestId, issues } = members(text);
  const code = readCode(answer);
  return new Kind(
    `${route} returned ${response.status} (${code}).`,
    code,
    response.status,
    isId(requestId) ? requestId : headerId(response),
    Array.isArray(issues) ? issues.filter(isIssue) : [],
    readRetryAfter(response.headers),
  );
}

function readCode({ text }: Answer): string {
  const { code } = members(text);
  return isId(code) ? code : 'unknown_error';
}

/**
 * Messages and logs quote the code and the request id, so their length is limited: the response may
 * come from a gateway.
 */
function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.-]{1,128}$/.test(value);
}

function members(text: string): Record<string, unknown> {
  return Object(parseJson(text)) as Record<string, unknown>;
}

function isIssue(issue: unknown): issue is ValidationIssue {
  return validationIssue.safeParse(issue).success;
}

function headerId({ headers }: Response): string | undefined {
  return headers.get('x-request-id') ?? undefined;
}

/** @returns undefined if the text is not JSON; a SyntaxError would quote the text */
function parseJson(text: string): unknown {
  try {
    // Most runtimes remove a byte order mark themselves.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
