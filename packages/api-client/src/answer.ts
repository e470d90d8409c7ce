import { problemDetails, type Endpoint, type ErrorCode } from '@populatte/contracts';
import { ApiError, ContractError } from './errors.js';
import type { Answer } from './send.js';

const refreshable = ['token_expired', 'token_not_active', 'token_invalid'] satisfies ErrorCode[];
/** What is used of a problem; each member may be absent, and a code be new. */
const problem = problemDetails.pick({ code: true, requestId: true, issues: true }).partial();

/** Whether a fresh token may mend it. A HEAD's answer has no body to tell its code in. */
export function wantsFreshToken(answer: Answer): boolean {
  if (answer.response.status !== 401) return false;
  const { code } = readError(ApiError, answer);
  return answer.route.startsWith('HEAD ') || refreshable.some((known) => known === code);
}

/**
 * @returns the body of a 2xx answer, as the endpoint's schema gives it
 * @throws ApiError; ContractError that says where the body is wrong, never what is there
 */
export async function parseAnswer(endpoint: Endpoint, answer: Answer): Promise<unknown> {
  const { route, response, text } = answer;
  // Node shows a redirect's status, browsers show 0.
  if (response.redirected || (!response.ok && response.status < 400)) {
    throw new ContractError(`${route} answered a redirect: check baseUrl.`);
  }
  if (!response.ok) throw readError(ApiError, answer);
  const body = parseJson(text);
  if (text !== '' && body === undefined) throw new ContractError(`${route} answered no JSON.`);
  // A schema's own transform may throw, and quote what it got.
  const result = await endpoint.response.safeParseAsync(body).catch(() => undefined);
  if (result?.success === true) return result.data;
  const paths = result?.error.issues.map(({ path }) => path.join('.') || 'the top') ?? ['the top'];
  throw new ContractError(`${route} answered against its contract at: ${paths.join(', ')}.`);
}

/** Reads as much as there is: a proxy's page has a status and no more. */
export function readError<E>(
  Kind: new (...args: ConstructorParameters<typeof ApiError>) => E,
  { route, response, text }: Answer,
): E {
  const { status, headers } = response;
  const read = problem.safeParse(parseJson(text)).data ?? {};
  const { code = 'unknown_error', issues = [] } = read;
  const requestId = read.requestId ?? headers.get('x-request-id') ?? undefined;
  return new Kind(`${route} answered ${status} (${code}).`, code, status, requestId, issues);
}

/** @returns undefined when it is none; a SyntaxError would quote it */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
