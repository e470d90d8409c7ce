import { NextRequest } from 'next/server';

/** Parts of a request that proxy.ts changes; the rest stays. */
interface Changes {
  readonly url?: string | URL;
  /** Receives a copy of the headers to change. */
  readonly headers?: (headers: Headers) => void;
}

/** Returns a changed copy of a request. Omits the body: Next passes on the original one. */
export function changedRequest(request: NextRequest, changes: Changes): NextRequest {
  const headers = new Headers(request.headers);
  changes.headers?.(headers);
  return new NextRequest(changes.url ?? request.url, { method: request.method, headers });
}

/** Removes cookies from headers. @param isRemoved receives a cookie's name */
export function removeCookies(headers: Headers, isRemoved: (name: string) => boolean): void {
  const cookies = (headers.get('cookie') ?? '').split(/;\s*/);
  const kept = cookies.filter((cookie) => !isRemoved(cookie.split('=', 1)[0] ?? ''));
  headers.set('cookie', kept.join('; '));
}
