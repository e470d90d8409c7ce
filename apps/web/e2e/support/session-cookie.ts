import { expect, type BrowserContext } from '@playwright/test';
import { addresses } from '../stack/addresses';

/** Replaces the session token in the browser's cookies. */
export async function replaceToken(context: BrowserContext, token: string): Promise<void> {
  const cookies = await context.cookies(addresses.web);
  const sessions = cookies.filter(({ name }) => /^__session(_|$)/.test(name));
  expect(sessions.length).toBeGreaterThan(0);
  await context.addCookies(sessions.map((cookie) => ({ ...cookie, value: token })));
}
