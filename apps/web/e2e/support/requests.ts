import type { Page, Request } from '@playwright/test';
import { addresses } from '../stack/addresses';

/** Collects a page's requests from now on. @returns a list to which later requests are appended */
export function watchRequests(page: Page, matches: (request: Request) => boolean): Request[] {
  const requests: Request[] = [];
  page.on('request', (request) => {
    if (matches(request)) requests.push(request);
  });
  return requests;
}

/** Whether the request asks Clerk for a new session token. */
export function isTokenRequest(request: Request): boolean {
  return request.method() === 'POST' && /\/sessions\/[^/]+\/tokens/.test(request.url());
}

/** Whether the request fetches the timeline; preflights do not count. */
export function isEventsRequest(request: Request): boolean {
  return request.method() === 'GET' && request.url().startsWith(`${addresses.api}/users/me/events`);
}

/** Whether the request fetches the local user; preflights do not count. */
export function isMeRequest(request: Request): boolean {
  return request.method() === 'GET' && request.url() === `${addresses.api}/users/me`;
}
