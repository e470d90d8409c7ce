/**
 * Finds a POST that Next would take for the call of a server action and answer with a 500 and a
 * stack trace in the log.
 *
 * - A form: Next parses it, and throws if it is malformed. No page has a form action. If you add
 *   one, remove this case: browsers submit such a form before the page's scripts have loaded.
 * - An `Origin` that is no URL. Next compares its host.
 *
 * Calls by script, such as those of Clerk's own actions, have a `Next-Action`.
 *
 * @returns the status to refuse it with, or undefined
 */
export function refusedPost({
  method,
  headers,
}: Pick<Request, 'method' | 'headers'>): 400 | 415 | undefined {
  if (method !== 'POST') return undefined;
  const isCall = headers.has('next-action');
  const isForm = /^multipart\/form-data/i.test(headers.get('content-type') ?? '');
  if (isForm && !isCall) return 415;
  const origin = headers.get('origin') ?? 'null';
  return isCall && origin !== 'null' && !URL.canParse(origin) ? 400 : undefined;
}
