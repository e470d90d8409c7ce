/** The response to a POST that is refused. */
export interface Refusal {
  readonly status: 400 | 403 | 415;
  /** The reason, as plain text. */
  readonly text: string;
}

/**
 * Finds a POST that Next would take for the call of a server action and answer with a 500 and a
 * stack trace in the log.
 *
 * - A form: Next parses it, and throws if it is malformed. No page has a form action. If you add
 *   one, remove this case: browsers submit such a form before the page's scripts have loaded.
 * - A call whose `Origin` is no URL, or another host than this app's.
 *
 * Calls by script, such as those of Clerk's own actions, have a `Next-Action`.
 */
export function refusedPost({
  method,
  headers,
}: Pick<Request, 'method' | 'headers'>): Refusal | undefined {
  if (method !== 'POST') return undefined;
  const isCall = headers.has('next-action');
  if (!isCall) {
    const isForm = /^multipart\/form-data/i.test(headers.get('content-type') ?? '');
    return isForm ? { status: 415, text: 'This app accepts no forms.' } : undefined;
  }
  const origin = headers.get('origin');
  if (origin === null) return undefined;
  if (origin !== 'null' && !URL.canParse(origin)) {
    return { status: 400, text: 'The Origin is not a URL.' };
  }
  const originHost = origin === 'null' ? undefined : new URL(origin).host;
  if (originHost === ownHost(headers)) return undefined;
  return {
    status: 403,
    text:
      'Only pages of this app may call its server actions: the Origin is not the Host of the request. ' +
      'A reverse proxy must keep the Host or set X-Forwarded-Host.',
  };
}

/** The host that Next compares with the `Origin`. */
function ownHost(headers: Headers): string | null {
  const forwarded = headers.get('x-forwarded-host')?.split(',', 1)[0]?.trim() ?? '';
  return forwarded === '' ? headers.get('host') : forwarded;
}
