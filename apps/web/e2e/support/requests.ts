import type { Page, Request } from '@playwright/test';
import { addresses } from '../stack/addresses';

/** Collects a page's requests from now on. @returns a list that grows */
export function watchRequests(page: Page, matches: (request: Request) => boolean): Request[] {
  const requests: Request[] = [];
  page.on('request', (request) => {
    if (matches(request)) requests.push(request);
  });
  return requests;
}

/** Whether Clerk is asked for a new session token. */
export function isTokenRequest(request: Request): boolean {
  return request.method() === 'POST' && /\/sessions\/[^/]+\/tokens/.test(request.url());
}

/** Whether the API is asked who the person is; preflights are not counted. */
export function isMeRequest(request: Request): boolean {
  return request.method() === 'GET' && request.url() === `${addresses.api}/users/me`;
}
